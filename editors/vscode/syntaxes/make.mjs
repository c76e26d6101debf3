// Makes relc.tmLanguage.json, the grammar of VS Code: `npm run grammar`. JSON has neither names for patterns nor comments.
//
// A TextMate grammar reads line by line and knows only what regions it is in. So regions are what has an end of its own (brackets, texts, a
// release up to its `>`), and everything else is told by the words beside it.

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const W = '[A-Za-z][A-Za-z0-9_]*(?:-+[A-Za-z0-9_]+)*';
const LOW = '[a-z][A-Za-z0-9_]*(?:-+[A-Za-z0-9_]+)*';
const CAP = '[A-Z][A-Za-z0-9_]*(?:-+[A-Za-z0-9_]+)*';
const ENV = String.raw`[A-Za-z][A-Za-z0-9_]*(?:-+[A-Za-z0-9_]+|\.[0-9][A-Za-z0-9_]*)*`;
// A word begins, and not behind one dot; it ends; it is no key.
const B = String.raw`(?<![A-Za-z0-9_-]|[^.]\.)`;
const E = '(?![A-Za-z0-9_-])';
const NOKEY = String.raw`(?!\s*:(?!=))`;
// A declaration at the head of a line ends a release that was not closed.
const NEXT = String.raw`^(?=(?:apply|release|import|param|let|type|fragment|part|environment)\s)`;

const kw = (words, name) => ({ match: `${B}(?:${words})${E}${NOKEY}`, name });
const inc = (...names) => names.map((name) => ({ include: `#${name}` }));
const cap = (names) => Object.fromEntries(Object.entries(names).map(([group, name]) => [group, { name }]));

const repository = {};

repository.comments = {
  patterns: [
    { match: String.raw`///(?!/).*$`, name: 'comment.line.documentation.relc' },
    { match: String.raw`//.*$`, name: 'comment.line.double-slash.relc' },
    {
      begin: String.raw`/\*`,
      end: String.raw`\*/`,
      name: 'comment.block.relc',
      captures: cap({ 0: 'punctuation.definition.comment.relc' }),
    },
  ],
};

// ---- Texts

repository.escape = {
  patterns: [
    { match: String.raw`\\(?:["\\/{bfnrt]|u[0-9a-fA-F]{4})`, name: 'constant.character.escape.relc' },
    { match: String.raw`\\.`, name: 'invalid.illegal.escape.relc' },
  ],
};

repository.hole = {
  patterns: [
    {
      match: String.raw`(\{)(` + LOW + String.raw`(?:\.` + W + String.raw`)*)(?:(!)|(\()([^(){}"]*)(\)))?(\})`,
      name: 'meta.interpolation.relc',
      captures: {
        1: { name: 'punctuation.section.interpolation.begin.relc' },
        2: {
          name: 'variable.other.relc',
          patterns: [
            { match: String.raw`(?<=\.)` + W, name: 'variable.other.property.relc' },
            { match: String.raw`\.`, name: 'punctuation.accessor.relc' },
          ],
        },
        3: { name: 'keyword.operator.unwrap.relc' },
        4: { name: 'punctuation.section.arguments.begin.relc' },
        5: { name: 'variable.other.relc' },
        6: { name: 'punctuation.section.arguments.end.relc' },
        7: { name: 'punctuation.section.interpolation.end.relc' },
      },
    },
    { match: String.raw`\{(?=[a-z])[^}"\n]*\}?`, name: 'invalid.illegal.hole.relc' },
  ],
};

/** A text of one line and a block of lines, with what may stand inside. */
function string(name, scope, block, ...inside) {
  repository[name] = {
    patterns: [
      {
        begin: '"""',
        end: '"""',
        name: block,
        beginCaptures: cap({ 0: 'punctuation.definition.string.begin.relc' }),
        endCaptures: cap({ 0: 'punctuation.definition.string.end.relc' }),
        patterns: inc(...inside),
      },
      {
        begin: '"',
        end: String.raw`(")|((?:[^\\"]|^)$)`,
        name: scope,
        beginCaptures: cap({ 0: 'punctuation.definition.string.begin.relc' }),
        endCaptures: cap({ 1: 'punctuation.definition.string.end.relc', 2: 'invalid.illegal.unclosed-string.relc' }),
        patterns: inc(...inside),
      },
    ],
  };
}
string('text', 'string.quoted.double.relc', 'string.quoted.triple.relc', 'escape', 'hole');
string('plain', 'string.quoted.double.relc', 'string.quoted.triple.relc', 'escape');
string('pattern', 'string.regexp.relc', 'string.regexp.relc', 'escape');

repository.odd = {
  patterns: [
    { match: "'[^'\\n]*'|`[^`\\n]*`|[“”„][^“”\\n]*[“”]|[‘’][^‘’\\n]*[‘’]", name: 'invalid.illegal.quotes.relc' },
    { match: String.raw`;`, name: 'invalid.illegal.separator.relc' },
    { match: String.raw`&&|\|\|`, name: 'invalid.illegal.operator.relc' },
  ],
};

// ---- Numbers and constants
const NUM = String.raw`-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?`;

repository.number = {
  patterns: [
    {
      match: String.raw`(?<![A-Za-z0-9_.-])` + NUM + String.raw`(?![A-Za-z0-9_%]|\.[0-9]|-[A-Za-z0-9_])`,
      name: 'constant.numeric.relc',
    },
    {
      match: String.raw`(?<![A-Za-z0-9_.-])[-+]?\.?[0-9](?:[A-Za-z0-9_]|[.+:-](?=[A-Za-z0-9_])|%)*`,
      name: 'invalid.illegal.number.relc',
    },
  ],
};

repository.constant = { patterns: [kw('true|false|null', 'constant.language.relc')] };

// ---- Expressions

repository.expression = {
  patterns: inc(
    'comments',
    'odd',
    'if',
    'case',
    'fail',
    'file',
    'matches',
    'call',
    'typed',
    'constant',
    'operator-word',
    'text',
    'number',
    'object',
    'list',
    'group',
    'access',
    'operator',
    'name',
    'comma',
  ),
};

repository.if = {
  patterns: [
    kw('if|then|else', 'keyword.control.conditional.relc'),
    {
      begin: String.raw`${B}(for)\s+(${LOW})(?:\s*(,)\s*(${LOW}))?\s*(:)(?=\s*(?:${LOW}\.)?[A-Z])`,
      beginCaptures: cap({
        1: 'keyword.control.loop.relc',
        2: 'variable.parameter.relc',
        3: 'punctuation.separator.relc',
        4: 'variable.parameter.relc',
        5: 'punctuation.separator.type.relc',
      }),
      end: String.raw`${B}(in)${E}|$`,
      endCaptures: cap({ 1: 'keyword.control.loop.relc' }),
      patterns: inc('type'),
    },
    {
      match: String.raw`${B}(for)\s+(${LOW})(?:\s*(,)\s*(${LOW}))?\s+(in)${E}`,
      captures: cap({
        1: 'keyword.control.loop.relc',
        2: 'variable.parameter.relc',
        3: 'punctuation.separator.relc',
        4: 'variable.parameter.relc',
        5: 'keyword.control.loop.relc',
      }),
    },
  ],
};

repository.case = {
  begin: String.raw`${B}(case)${E}${NOKEY}`,
  beginCaptures: cap({ 1: 'keyword.control.conditional.relc' }),
  end: String.raw`(?<=\})|(?=[\])])`,
  patterns: [
    {
      begin: String.raw`\{`,
      end: String.raw`\}`,
      name: 'meta.arms.relc',
      captures: cap({ 0: 'punctuation.section.braces.relc' }),
      patterns: [
        ...inc('comments'),
        {
          match: String.raw`(${W})\s*(:)`,
          captures: cap({ 1: 'constant.other.member.relc', 2: 'punctuation.separator.key-value.relc' }),
        },
        ...inc('expression'),
      ],
    },
    ...inc('expression'),
  ],
};

repository.fail = {
  patterns: [
    kw('fail', 'keyword.control.exception.relc'),
    { match: String.raw`(?<=")\s*(at)\s+(?=[a-z])`, captures: cap({ 1: 'keyword.other.relc' }) },
  ],
};

repository.file = {
  begin: String.raw`${B}(file)(\()`,
  beginCaptures: cap({ 1: 'support.function.relc', 2: 'punctuation.section.parens.relc' }),
  end: String.raw`\)`,
  endCaptures: cap({ 0: 'punctuation.section.parens.relc' }),
  patterns: inc('comments', 'plain'),
};

repository.matches = {
  begin: String.raw`${B}(matches)(\()`,
  beginCaptures: cap({ 1: 'entity.name.function.call.relc', 2: 'punctuation.section.parens.relc' }),
  end: String.raw`\)`,
  endCaptures: cap({ 0: 'punctuation.section.parens.relc' }),
  patterns: [
    {
      begin: String.raw`,\s*(?=")`,
      end: String.raw`(?=\))|(?<=")`,
      beginCaptures: cap({ 0: 'punctuation.separator.relc' }),
      patterns: inc('pattern'),
    },
    ...inc('expression'),
  ],
};

repository.call = {
  begin: String.raw`${B}(${LOW})(\()`,
  beginCaptures: cap({ 1: 'entity.name.function.call.relc', 2: 'punctuation.section.parens.relc' }),
  end: String.raw`\)`,
  endCaptures: cap({ 0: 'punctuation.section.parens.relc' }),
  patterns: [
    {
      match: String.raw`${B}(${LOW})\s*(:)`,
      captures: cap({ 1: 'variable.parameter.relc', 2: 'punctuation.separator.key-value.relc' }),
    },
    ...inc('expression'),
  ],
};

repository.typed = {
  match: String.raw`${B}(?:(${LOW})(\.))?(${CAP})(?=\s*\{)`,
  captures: cap({ 1: 'entity.name.namespace.relc', 2: 'punctuation.accessor.relc', 3: 'entity.name.type.relc' }),
};
repository['operator-word'] = { patterns: [kw('and|or|not|in', 'keyword.operator.wordlike.relc')] };

repository.object = {
  begin: String.raw`\{`,
  end: String.raw`\}`,
  name: 'meta.object.relc',
  captures: cap({ 0: 'punctuation.section.braces.relc' }),
  patterns: inc('comments', 'guard', 'key', 'shorthand', 'computed', 'expression'),
};

repository.key = {
  patterns: [
    {
      match: String.raw`(${W})\s*(:)(?!=)`,
      captures: cap({ 1: 'variable.other.property.relc', 2: 'punctuation.separator.key-value.relc' }),
    },
    {
      begin: String.raw`(?=(?<!")"(?:[^"\\\n]|\\.)*"\s*:)`,
      end: String.raw`:`,
      endCaptures: cap({ 0: 'punctuation.separator.key-value.relc' }),
      name: 'meta.key.relc',
      patterns: inc('plain'),
    },
  ],
};

repository.guard = {
  begin: String.raw`${B}(?:(if)${E}(?!\s*:)|(?=for\s+${LOW}\s*(?:,|in${E})))`,
  beginCaptures: cap({ 1: 'keyword.control.conditional.relc' }),
  end: String.raw`:|(?=\})`,
  endCaptures: cap({ 0: 'punctuation.separator.key-value.relc' }),
  patterns: inc('expression'),
};

repository.computed = {
  begin: String.raw`(?<=[{,])\s*(\[)|^\s*(\[)`,
  beginCaptures: cap({ 1: 'punctuation.section.brackets.relc', 2: 'punctuation.section.brackets.relc' }),
  end: String.raw`\]\s*(:)?`,
  endCaptures: cap({ 0: 'punctuation.section.brackets.relc', 1: 'punctuation.separator.key-value.relc' }),
  patterns: inc('expression'),
};

repository.shorthand = {
  match: String.raw`(?:^|(?<=[{,]))\s*(${LOW})(?=\s*(?:[,}]|$|//))`,
  captures: cap({ 1: 'variable.other.property.relc' }),
};

// Also an optional index: `x?[0]`.
repository.list = {
  begin: String.raw`\??\[`,
  end: String.raw`\]`,
  name: 'meta.list.relc',
  captures: cap({ 0: 'punctuation.section.brackets.relc' }),
  patterns: [...inc('expression'), { match: ':', name: 'punctuation.separator.key-value.relc' }],
};

repository.group = {
  begin: String.raw`\(`,
  end: String.raw`\)`,
  captures: cap({ 0: 'punctuation.section.parens.relc' }),
  patterns: inc('expression'),
};

repository.access = {
  match: String.raw`(\??\.)(${W})`,
  captures: cap({ 1: 'punctuation.accessor.relc', 2: 'variable.other.property.relc' }),
};

repository.operator = {
  patterns: [
    { match: String.raw`\.\.\.`, name: 'keyword.operator.spread.relc' },
    { match: String.raw`==|!=|<=|>=|<|>`, name: 'keyword.operator.comparison.relc' },
    { match: String.raw`\?\?`, name: 'keyword.operator.coalesce.relc' },
    { match: String.raw`!`, name: 'keyword.operator.unwrap.relc' },
  ],
};

repository.name = { match: String.raw`${B}${LOW}`, name: 'variable.other.relc' };

repository.comma = { match: ',', name: 'punctuation.separator.relc' };

// ---- Types

repository.type = {
  patterns: [
    ...inc('comments', 'odd'),
    {
      begin: String.raw`${B}(kind)\s+(?=")`,
      beginCaptures: cap({ 1: 'keyword.other.relc' }),
      end: String.raw`(?=[,=?|})\]]|//)|(?=\sat\s)|$`,
      patterns: [kw('from', 'keyword.other.relc'), ...inc('plain')],
    },
    { match: String.raw`${B}(run)\s+(?=[A-Za-z\[{])(?!at\b)`, captures: cap({ 1: 'keyword.other.relc' }) },
    { match: String.raw`${B}(?:string|int|number|bool|any|Map|Partial)${E}`, name: 'support.type.relc' },
    {
      begin: String.raw`${B}(matching)\s+`,
      beginCaptures: cap({ 1: 'keyword.other.relc' }),
      end: String.raw`(?<=")|$`,
      patterns: inc('pattern'),
    },
    { match: String.raw`${B}length${E}`, name: 'keyword.other.relc' },
    {
      match: String.raw`(?<![A-Za-z0-9_.])(?:-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)?\.\.(?:-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)?`,
      name: 'constant.numeric.range.relc',
    },
    {
      match: String.raw`${B}(${LOW})(\.)(${CAP})`,
      captures: cap({ 1: 'entity.name.namespace.relc', 2: 'punctuation.accessor.relc', 3: 'entity.name.type.relc' }),
    },
    { match: String.raw`${B}${CAP}`, name: 'entity.name.type.relc' },
    { match: String.raw`(\.)(${W})`, captures: cap({ 1: 'punctuation.accessor.relc', 2: 'variable.other.property.relc' }) },
    { match: String.raw`${B}${LOW}`, name: 'constant.other.member.relc' },
    {
      begin: String.raw`\{`,
      end: String.raw`\}`,
      name: 'meta.record.relc',
      captures: cap({ 0: 'punctuation.section.braces.relc' }),
      patterns: inc('key', 'type', 'comma'),
    },
    {
      begin: String.raw`\[`,
      end: String.raw`\]`,
      captures: cap({ 0: 'punctuation.section.brackets.relc' }),
      patterns: inc('type'),
    },
    {
      begin: String.raw`<`,
      end: String.raw`>`,
      captures: cap({ 0: 'punctuation.section.angles.relc' }),
      patterns: inc('type'),
    },
    { match: String.raw`\|`, name: 'keyword.operator.union.relc' },
    { match: String.raw`\?`, name: 'keyword.operator.optional.relc' },
  ],
};
const TYPE_END = String.raw`(?=[=,)}]|(?<![A-Za-z0-9_.-])at\s|//)|(?<![|:\s])[ \t]*$`;
const annotation = {
  begin: String.raw`\s*(:)(?!=)`,
  beginCaptures: cap({ 1: 'punctuation.separator.type.relc' }),
  end: TYPE_END,
  patterns: inc('type'),
};

repository.annotation = annotation;
const ASSIGN = { match: String.raw`=(?!=)`, name: 'keyword.operator.assignment.relc' };

// ---- Declarations: what begins one; the rest of its lines is read as expressions

repository.declaration = {
  patterns: [
    { match: String.raw`${B}(import)\s+(?=")`, captures: cap({ 1: 'keyword.control.import.relc' }) },
    {
      begin: String.raw`${B}(import)\s+(?=[a-z])`,
      beginCaptures: cap({ 1: 'keyword.control.import.relc' }),
      end: String.raw`(?<!,)[ \t]*$|(?=//)`,
      patterns: [
        ...inc('comments'),
        { match: String.raw`(?<=\w)\s+(as)(?=\s+[a-z])`, captures: cap({ 1: 'keyword.control.import.relc' }) },
        { match: LOW, name: 'entity.name.namespace.relc' },
        ...inc('comma'),
      ],
    },
    {
      match: String.raw`(?<=")\s+(as)\s+(${LOW})`,
      captures: cap({ 1: 'keyword.control.import.relc', 2: 'entity.name.namespace.relc' }),
    },
    {
      begin: String.raw`${B}(?:(open)\s+)?(let)\s+(${LOW})`,
      beginCaptures: cap({ 1: 'storage.modifier.relc', 2: 'storage.type.relc', 3: 'variable.other.definition.relc' }),
      end: String.raw`(?==)|(?<![:|\s])[ \t]*$|(?=[,}])`,
      patterns: inc('annotation'),
    },
    {
      begin: String.raw`${B}(param)\s+(${LOW})`,
      beginCaptures: cap({ 1: 'storage.type.relc', 2: 'variable.other.definition.relc' }),
      end: String.raw`(?==)|(?<![:|\s])[ \t]*$`,
      patterns: inc('annotation'),
    },
    {
      begin: String.raw`${B}(type)\s+(${CAP})\s*(=)`,
      beginCaptures: cap({
        1: 'storage.type.relc',
        2: 'entity.name.type.definition.relc',
        3: 'keyword.operator.assignment.relc',
      }),
      end: String.raw`(?<![|=\s])[ \t]*$|(?=//)`,
      patterns: inc('type'),
    },
    {
      begin: String.raw`${B}(?:(open)\s+)?(fragment)\s+(${LOW})\s*(?=\()`,
      beginCaptures: cap({ 1: 'storage.modifier.relc', 2: 'storage.type.relc', 3: 'entity.name.function.relc' }),
      end: String.raw`(?=[=,}])|(?<![:|\s])[ \t]*$`,
      patterns: [
        {
          begin: String.raw`\(`,
          end: String.raw`\)`,
          name: 'meta.parameters.relc',
          captures: cap({ 0: 'punctuation.section.parens.relc' }),
          patterns: [
            ...inc('comments'),
            { match: String.raw`${B}(${LOW})(?=\s*:)`, captures: cap({ 1: 'variable.parameter.relc' }) },
            ...inc('annotation'),
            {
              begin: String.raw`=(?!=)`,
              beginCaptures: cap({ 0: 'keyword.operator.assignment.relc' }),
              end: String.raw`(?=[,)])|$`,
              patterns: inc('expression'),
            },
            ...inc('comma'),
          ],
        },
        ...inc('annotation', 'comments'),
      ],
    },
    {
      begin: String.raw`^\s*(apply)\s+(?=${ENV}(?:\.${W})*\s+to\s)`,
      beginCaptures: cap({ 1: 'storage.type.relc' }),
      end: String.raw`(?<!,)[ \t]*$|(?=//)`,
      patterns: [
        ...inc('comments', 'plain'),
        { match: String.raw`(?<=\s)(to)(?=\s)`, name: 'storage.modifier.relc' },
        { match: String.raw`${ENV}(?:\.${W})*`, name: 'entity.other.inherited-class.relc' },
        ...inc('comma'),
      ],
    },
    {
      begin: String.raw`${B}(part|environment)\s+(${ENV})`,
      beginCaptures: cap({ 1: 'storage.type.relc', 2: 'entity.name.type.definition.relc' }),
      end: String.raw`(?<=\})`,
      patterns: [
        ...inc('comments'),
        kw('extends', 'storage.modifier.relc'),
        {
          begin: String.raw`\{`,
          end: String.raw`\}`,
          name: 'meta.body.relc',
          captures: cap({ 0: 'punctuation.section.braces.relc' }),
          patterns: inc('body'),
        },
        { match: String.raw`${ENV}(?:\.${W})*`, name: 'entity.other.inherited-class.relc' },
        ...inc('comma'),
      ],
    },
  ],
};
const BODY = {
  begin: String.raw`\{`,
  end: String.raw`\}`,
  name: 'meta.body.relc',
  captures: cap({ 0: 'punctuation.section.braces.relc' }),
  patterns: inc('body'),
};

repository.body = {
  patterns: [
    ...inc('comments'),
    {
      begin: String.raw`${B}(settings|version)\s*(?=\{)`,
      beginCaptures: cap({ 1: 'storage.type.relc' }),
      end: String.raw`(?<=\})`,
      patterns: [BODY],
    },
    {
      begin: String.raw`${B}(strategy)\s+(${W})(?:\s+(weights)\s+(split|percent|each|none))?(?:\s+(extends\s+super)${E})?`,
      beginCaptures: cap({
        1: 'storage.type.relc',
        2: 'entity.name.tag.relc',
        3: 'keyword.other.relc',
        4: 'constant.other.member.relc',
        5: 'keyword.other.relc',
      }),
      end: String.raw`(?<=\})`,
      patterns: [BODY],
    },
    {
      begin: String.raw`${B}(lint)\s+(${LOW})\s+(error|warn|info|require)${E}`,
      beginCaptures: cap({ 1: 'storage.type.relc', 2: 'entity.name.function.relc', 3: 'constant.other.member.relc' }),
      end: String.raw`(?<=\})`,
      patterns: [
        kw('at', 'keyword.other.relc'),
        {
          begin: String.raw`\{`,
          end: String.raw`\}`,
          name: 'meta.body.relc',
          captures: cap({ 0: 'punctuation.section.braces.relc' }),
          patterns: [
            { match: String.raw`(?:^|(?<=[{,]))\s*(when)` + E, captures: cap({ 1: 'keyword.control.conditional.relc' }) },
            { match: String.raw`(?:^|(?<=[{,]))\s*(unique)` + E, captures: cap({ 1: 'keyword.control.conditional.relc' }) },
            {
              match: String.raw`${B}(fix)\s+(set|remove)${E}`,
              captures: cap({ 1: 'keyword.other.relc', 2: 'keyword.other.relc' }),
            },
            { match: String.raw`(?:^\s*|(?<=\s))(unsafe)(?=\s*(?:$|[},]|//))`, captures: cap({ 1: 'keyword.other.relc' }) },
            ASSIGN,
            ...inc('expression'),
          ],
        },
        ...inc('comments', 'call', 'operator-word', 'text', 'number', 'list', 'group', 'access', 'operator', 'name'),
      ],
    },
    {
      begin: String.raw`${B}(watch)\s+(${LOW})\s+`,
      beginCaptures: cap({ 1: 'keyword.other.relc', 2: 'entity.name.tag.relc' }),
      end: String.raw`(?<!,)[ \t]*$|(?=[}])|(?=//)`,
      patterns: [kw('ready', 'keyword.other.relc'), ...inc('plain', 'comma', 'type')],
    },
    // A lint that keeps everything but its level.
    {
      match: String.raw`${B}(replace)\s+(lint)\s+(${LOW})\s+(error|warn|info|require)\s*(?=$|//|,)`,
      captures: cap({
        1: 'storage.modifier.relc', 2: 'storage.type.relc', 3: 'entity.name.function.relc', 4: 'constant.other.member.relc',
      }),
    },
    { match: String.raw`${B}(replace)(?=\s+[A-Za-z])`, captures: cap({ 1: 'storage.modifier.relc' }) },
    {
      match: String.raw`${B}(emit)\s+(untracked)(?=\s+[^\s,}.])`,
      captures: cap({ 1: 'keyword.other.relc', 2: 'storage.modifier.relc' }),
    },
    {
      match: String.raw`${B}(mutate)\s+(${LOW})(?=\s*:)`,
      captures: cap({ 1: 'keyword.other.relc', 2: 'variable.parameter.relc' }),
    },
    annotation,
    { match: String.raw`${B}(emit|track|require)${E}(?!\s*:)`, name: 'keyword.other.relc' },
    ...inc('field', 'declaration'),
    { match: String.raw`(?<=")\s*(at)(?=\s+[a-z])`, captures: cap({ 1: 'keyword.other.relc' }) },
    ASSIGN,
    ...inc('expression'),
  ],
};

repository.field = {
  patterns: [
    {
      match: String.raw`${B}(headline|shared)(?=\s+(?:${W}\s*:|shared\s|headline\s|deprecated\s))`,
      captures: cap({ 1: 'storage.modifier.relc' }),
    },
    {
      begin: String.raw`${B}(deprecated)\s+(?=")`,
      beginCaptures: cap({ 1: 'storage.modifier.relc' }),
      end: String.raw`(?<=")|$`,
      patterns: inc('plain'),
    },
    {
      match: String.raw`(?:${B}(deprecated)\s+|(?<=")\s*)(use)\s+(${W})(?=\s+${W})`,
      captures: cap({ 1: 'storage.modifier.relc', 2: 'storage.modifier.relc', 3: 'variable.other.property.relc' }),
    },
    {
      begin: String.raw`(?:^|(?<=[{,"])|(?<=headline|shared|replace))\s*(${W})\s*(:)(?!=)`,
      beginCaptures: cap({ 1: 'variable.other.property.relc', 2: 'punctuation.separator.type.relc' }),
      end: TYPE_END,
      patterns: inc('type'),
    },
    { match: String.raw`${B}(at)\s+(none)${E}`, captures: cap({ 1: 'keyword.other.relc', 2: 'constant.language.relc' }) },
    {
      begin: String.raw`${B}(at)\s+(?=")`,
      beginCaptures: cap({ 1: 'keyword.other.relc' }),
      end: String.raw`(?<=")|$`,
      patterns: inc('plain'),
    },
  ],
};

// ---- Releases

repository.release = {
  begin: String.raw`${B}(release)\s+(${W})\s+(on)\s+(${ENV})(?:[ \t]+(${W}))?`,
  beginCaptures: cap({
    1: 'storage.type.relc',
    2: 'entity.name.namespace.relc',
    3: 'keyword.other.relc',
    4: 'entity.name.type.relc',
    5: 'entity.name.tag.relc',
  }),
  end: String.raw`(?<=>)|` + NEXT,
  name: 'meta.release.relc',
  patterns: [
    ...inc('comments', 'object'),
    {
      begin: '<',
      end: String.raw`>|` + NEXT,
      name: 'meta.versions.relc',
      captures: cap({ 0: 'punctuation.section.angles.relc' }),
      patterns: inc('comments', 'when', 'version', 'file', 'text', 'object', 'odd', 'number', 'access', 'name', 'comma'),
    },
  ],
};

repository.version = {
  patterns: [
    {
      match: String.raw`(?:^|(?<=[<,]))\s*((?!when${E})(?!file\()${W})`,
      captures: cap({ 1: 'entity.name.function.label.relc' }),
    },
    {
      match: String.raw`(?<![A-Za-z0-9_.-])(?:0|[1-9][0-9]*)%?(?![A-Za-z0-9_%]|\.[0-9]|-[A-Za-z0-9_])`,
      name: 'constant.numeric.weight.relc',
    },
  ],
};

repository.when = {
  begin: String.raw`${B}(when)${E}`,
  beginCaptures: cap({ 1: 'keyword.control.conditional.relc' }),
  end: String.raw`(?=[>,])|^(?!\s*(?:(?:and|or)(?![A-Za-z0-9_-])|/[/*]|$))`,
  name: 'meta.when.relc',
  patterns: [
    ...inc('comments'),
    {
      match: String.raw`${B}(header|query)\s+(?:(${W})|(?="))`,
      captures: cap({ 1: 'support.type.relc', 2: 'variable.parameter.relc' }),
    },
    kw('path|method', 'support.type.relc'),
    {
      begin: String.raw`${B}(matches)\s+`,
      beginCaptures: cap({ 1: 'keyword.operator.wordlike.relc' }),
      end: String.raw`(?<=")|$`,
      patterns: inc('pattern'),
    },
    kw('is|prefix', 'keyword.operator.wordlike.relc'),
    kw('and|or', 'keyword.operator.wordlike.relc'),
    ...inc('text'),
  ],
};

const grammar = {
  $schema: 'https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json',
  name: 'relc',
  scopeName: 'source.relc',
  fileTypes: ['rel'],
  patterns: [...inc('comments', 'release', 'declaration'), ASSIGN, ...inc('expression')],
  repository,
};

const path = fileURLToPath(new URL('relc.tmLanguage.json', import.meta.url));
const made = `${JSON.stringify(grammar, null, 2)}\n`;
if (!process.argv.includes('--check')) await writeFile(path, made);
if ((await readFile(path, 'utf8')) !== made) {
  console.log('syntaxes/relc.tmLanguage.json is old: npm run grammar');
  process.exitCode = 1;
}
