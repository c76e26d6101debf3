// Highlights `.rel` code on the site, with the highlight.js that mdBook brings.
(() => {
  const NAME = '[a-zA-Z][a-zA-Z0-9_]*(?:-+[a-zA-Z0-9_]+)*';
  hljs.registerLanguage('rel', () => ({
    name: 'relc',
    keywords: {
      $pattern: NAME,
      keyword:
        'release on when is prefix matches header query path method or and not if then else for in case import as let param type ' +
        'fragment part environment apply to extends super settings version headline shared deprecated at open replace mutate emit track untracked watch ' +
        'ready strategy weights require fail lint fix set remove unsafe unique kind from',
      literal: 'true false null',
    },
    contains: [
      { className: 'comment', begin: '//', end: '$' },
      { className: 'comment', begin: '/\\*', end: '\\*/' },
      { className: 'attr', begin: `${NAME}(?=:)`, relevance: 0 },
      {
        className: 'string',
        begin: '"',
        end: '"',
        contains: [{ begin: '\\\\.' }, { className: 'subst', begin: '\\{(?=[a-z])', end: '\\}' }],
      },
      { className: 'number', begin: '\\b[0-9][0-9.]*%?' },
      { className: 'type', begin: '\\b[A-Z][A-Za-z0-9]*' },
    ],
  }));
  document.querySelectorAll('code.language-rel').forEach((code) => hljs.highlightBlock(code));
})();
