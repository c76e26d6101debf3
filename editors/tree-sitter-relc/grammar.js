/**
 * The syntax of relc for editors: what `grammar/relc.pest` takes, without what that grammar forgives.
 *
 * Newlines are tokens here, as they separate entries. `src/scanner.c` looks at what comes behind a newline and says which
 * of them it is: one that separates, or one before a word that carries the entry on. Each place of the grammar names the
 * newlines that may stand there; where none may, a newline is an error.
 */

/** The words that are no names. */
const RESERVED = ['if', 'then', 'else', 'for', 'in', 'case', 'and', 'or', 'not', 'true', 'false', 'null', 'fail', 'when'];

/** The words that begin a statement in some body, and are names of fields elsewhere. */
const STATEMENTS = [
  'settings', 'version', 'strategy', 'open', 'let', 'fragment', 'emit', 'track', 'mutate', 'require', 'lint', 'watch',
  'replace',
  'headline', 'shared', 'deprecated', 'use',
];

const WORD = /[A-Za-z][A-Za-z0-9_]*(-+[A-Za-z0-9_]+)*/;
const CAPITAL = /[A-Z][A-Za-z0-9_]*(-+[A-Za-z0-9_]+)*/;
const DIGITS = /0|[1-9][0-9]*/;

module.exports = grammar({
  name: 'relc',

  // The order is that of `enum Token` in src/scanner.c.
  externals: $ => [
    $._separator, // a newline behind an entry
    $._version_separator, // the same among the versions of a release
    $._newline, // a newline where one may stand and separates nothing
    $._before_when, // a newline before a word that goes on with a version
    $._before_and,
    $._before_or,
    $._before_unsafe, // and one that goes on with a fix
    $._before_less, // and one before the versions
    $._before_colon, // and one that goes on with a key, a condition or a loop
    $.number,
    $.integer,
    $.percentage,
    $._line_text, // what a string holds, up to an escape, a hole or its end
    $._block_text,
    $._anywhere, // never comes; it may stand anywhere, so that the scanner is asked at every token
    $._nothing, // stands nowhere: a newline where none may stand
  ],

  extras: $ => [/[ \t\r\n]/, $.doc_comment, $.line_comment, $.block_comment, $._anywhere],

  word: $ => $._lower,

  reserved: {
    words: _ => RESERVED,
  },

  conflicts: $ => [
    // A comma goes on with the statement, or ends it: what comes behind it decides.
    [$.emit], [$.track], [$.import], [$.ready], [$.apply],
    // `kube.Deployment` is a type before a brace, and else a field.
    [$._identifier, $.typed_object],
    [$._identifier, $.value_typed_object],
    // `use` after a reason is a keyword, or the name of the field.
    [$._deprecated],
  ],

  rules: {
    source_file: $ => seq(gap($), optional(separated($, $._declaration))),

    _declaration: $ => choice(
      $.import, $.release, $.param, $.let, $.type_definition, $.fragment, $.part, $.environment, $.apply,
    ),

    // ---- Comments. One of three slashes that a fourth follows is as any other.

    doc_comment: _ => token(seq('///', optional(/[^\/\r\n][^\r\n]*/))),
    line_comment: _ => token(seq('//', /[^\r\n]*/)),
    block_comment: _ => /\/\*([^*]|\*+[^*\/])*\*+\//,

    // ---- Layout

    // What separates: newlines, or one comma with any newlines around it.
    _sep: $ => choice(repeat1($._separator), seq(repeat($._separator), ',', gap($))),
    _version_sep: $ => choice(repeat1($._version_separator), seq(repeat($._version_separator), ',', gap($))),
    _gap: $ => repeat1($._newline),
    _colon: $ => seq(repeat($._before_colon), ':', gap($)),

    // ---- Words

    _lower: _ => /[a-z][A-Za-z0-9_]*(-+[A-Za-z0-9_]+)*/,
    _capital: _ => CAPITAL,
    // Any word, where no statement begins.
    _word: $ => choice($._lower, $._capital, ...RESERVED),
    _name: $ => alias($._lower, $.identifier),
    environment_name: _ => /[A-Za-z][A-Za-z0-9_]*(-+[A-Za-z0-9_]+|\.[0-9][A-Za-z0-9_]*)*/,
    _immediate_name: _ => token.immediate(/[a-z][A-Za-z0-9_]*(-+[A-Za-z0-9_]+)*/),
    // A field behind a dot.
    _field: _ => token.immediate(WORD),
    _capital_field: _ => token.immediate(prec(1, CAPITAL)),
    _any_field: $ => alias(choice($._field, $._capital_field), $.property_identifier),

    // ---- Strings. In a release file a hole has no `!`; in a plain text a brace is a brace.

    string: $ => line($, $.hole),
    value_string: $ => line($, alias($.value_hole, $.hole)),
    plain_string: $ => line($, token.immediate('{')),
    block: $ => lines($, $.hole),
    value_block: $ => lines($, alias($.value_hole, $.hole)),
    plain_block: $ => lines($, token.immediate('{')),

    escape_sequence: _ => token.immediate(seq('\\', choice(
      /["\\\/{bfnrt]/,
      // Four hexadecimal digits; half of a surrogate pair is no character.
      /u([0-9a-cA-CefEF][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2})/,
      /u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}/,
    ))),

    hole: $ => seq(...path_of_hole($), optional(choice(token.immediate('!'), $.hole_arguments)), token.immediate('}')),
    value_hole: $ => seq(...path_of_hole($), optional($.hole_arguments), token.immediate('}')),
    hole_arguments: $ => seq(
      token.immediate('('),
      optional(seq(hole_argument($), repeat(seq(token.immediate(/, */), hole_argument($))))),
      token.immediate(')'),
    ),

    _text: $ => choice($.string, $.block),
    _value_text: $ => choice(alias($.value_string, $.string), alias($.value_block, $.block)),
    _plain_text: $ => choice(alias($.plain_string, $.string), alias($.plain_block, $.block)),

    // ---- Declarations

    import: $ => seq('import', choice(
      seq(field('path', $._plain_text), 'as', field('name', $._name)),
      seq(imported($), repeat(seq(',', gap($), imported($)))),
    )),

    apply: $ => seq(
      'apply', field('part', $.extended), 'to', $._plain_text, repeat(seq(',', gap($), $._plain_text)),
    ),

    param: $ => seq(
      'param', field('name', $._name), ':', gap($), field('type', $._type),
      optional(seq('=', gap($), field('value', $._value))),
    ),

    let: $ => choice(
      seq('let', field('name', $._name), optional(typed($)), '=', gap($), field('value', $._expression)),
      seq('open', 'let', field('name', $._name), optional(typed($)), optional(seq('=', gap($), field('value', $._expression)))),
    ),

    type_definition: $ => seq(
      'type', field('name', alias($._capital, $.type_identifier)), '=', gap($), field('type', $._type),
    ),

    fragment: $ => choice(
      seq('fragment', signature($), '=', gap($), field('body', $._expression)),
      seq('open', 'fragment', signature($), optional(seq('=', gap($), field('body', $._expression)))),
    ),
    parameters: $ => entries($, '(', $.parameter, ')'),
    parameter: $ => seq(
      field('name', $._name), ':', gap($), field('type', $._type),
      optional(seq('=', gap($), field('default', $._expression))),
    ),

    // ---- Releases

    release: $ => seq(
      'release', field('name', choice(alias($._word, $.identifier), alias($.quoted_name, $.string))),
      'on', field('environment', $.environment_name),
      optional(field('strategy', alias($._word, $.identifier))),
      optional(field('settings', alias($.value_object, $.object))),
      repeat($._before_less), field('versions', $.versions),
    ),
    // A name that is no word: one that begins with a digit, ends with a dash, or has another character; and `on`.
    quoted_name: _ => token(choice(
      '"on"', /"[^A-Za-z"\\\r\n][^"\\\r\n]*"/, /"[A-Za-z][A-Za-z0-9_-]*-"/, /"[A-Za-z][A-Za-z0-9_-]*[^A-Za-z0-9_"\\\r\n-][^"\\\r\n]*"/,
    )),
    versions: $ => seq(
      '<', gap($), repeat(seq($.version_entry, $._version_sep)), optional($.version_entry), '>',
    ),
    version_entry: $ => seq(
      choice(
        seq(
          field('label', $.label),
          optional(field('weight', $._weight)),
          optional(field('headline', choice($._value_text, $.file, alias($.value_path, $.path)))),
          optional(field('fields', alias($.value_object, $.object))),
        ),
        seq(
          field('weight', $._weight),
          optional(field('headline', choice($._value_text, $.file))),
          optional(field('fields', alias($.value_object, $.object))),
        ),
        seq(
          field('headline', choice($._value_text, $.file)),
          optional(field('fields', alias($.value_object, $.object))),
        ),
        field('fields', alias($.value_object, $.object)),
      ),
      optional(seq(repeat($._before_when), field('when', $.when))),
    ),
    label: $ => choice($._lower, $._capital, 'file', ...RESERVED.filter(word => word !== 'when')),
    _weight: $ => choice($.integer, $.percentage),
    value_path: $ => seq(choice($._name, alias('file', $.identifier)), repeat(seq(token.immediate('.'), $._any_field))),

    when: $ => seq('when', $.clause, repeat(seq(repeat($._before_or), 'or', gap($), $.clause))),
    clause: $ => seq($.test, repeat(seq(repeat($._before_and), 'and', gap($), $.test))),
    test: $ => seq(
      choice(
        seq(
          field('subject', choice('header', 'query')),
          field('name', choice(alias($._word, $.identifier), $._plain_text)),
        ),
        field('subject', choice('path', 'method')),
      ),
      field('operator', choice('is', 'prefix', 'matches')),
      field('value', $._text),
    ),

    // ---- Definitions

    part: $ => seq('part', field('name', $._name), optional($.extends), field('body', alias($.part_body, $.body))),
    environment: $ => seq(
      'environment', field('name', $.environment_name), optional($.extends), field('body', alias($.part_body, $.body)),
    ),
    extends: $ => seq(
      'extends', $.extended, repeat(seq(',', gap($), $.extended)), optional(','),
    ),
    extended: $ => seq($.environment_name, repeat(seq(token.immediate('.'), $._any_field))),

    // What stands where is a matter of the body: a field in `settings` and in `version`, `track` in `version` only.
    part_body: $ => entries($, '{', choice(
      $.let, $.fragment, $.emit, $.mutate, $.require, $.lint, $.settings, $.version, $.strategy, $.watch, $.replace,
    ), '}'),
    settings_body: $ => entries($, '{', choice($.let, $.require, $.lint, $.field, $.replace), '}'),
    version_body: $ => entries($, '{', choice($.let, $.require, $.lint, $.field, $.emit, $.track, $.mutate, $.replace), '}'),
    strategy_body: $ => entries($, '{', choice(
      $.let, $.require, $.lint, $.emit, $.mutate, $.settings, $.version, $.replace,
    ), '}'),

    settings: $ => seq('settings', field('body', alias($.settings_body, $.body))),
    version: $ => seq('version', field('body', alias($.version_body, $.body))),
    strategy: $ => seq(...strategy_head($), field('body', alias($.strategy_body, $.body))),

    field: $ => seq(
      repeat(choice('headline', 'shared', $._deprecated)),
      field('name', alias($._field_name, $.property_identifier)), ':', gap($), field('type', $._type),
      optional(seq('=', gap($), field('default', $._expression))),
      optional(seq('at', field('place', choice($._plain_text, 'none')))),
    ),

    _deprecated: $ => seq('deprecated', choice(
      seq(field('reason', $._plain_text), optional(seq('use', field('moved', alias($._word, $.property_identifier))))),
      seq('use', field('moved', alias($._word, $.property_identifier))),
    )),

    _field_name: $ => choice($._word, ...STATEMENTS),

    emit: $ => seq('emit', optional('untracked'), $._expression, repeat(seq(',', gap($), $._expression))),
    track: $ => seq('track', $._expression, repeat(seq(',', gap($), $._expression))),
    mutate: $ => seq('mutate', field('name', $._name), ...typed_value($)),
    require: $ => seq(
      'require', field('condition', $._expression), field('message', $._text), optional($.place),
    ),
    place: $ => prec.right(seq('at', $._condition)),

    watch: $ => seq(
      'watch', field('name', $._name), field('type', $._type),
      optional(field('plural', $._plain_text)), optional($.ready),
    ),
    ready: $ => seq('ready', $._plain_text, repeat(seq(',', gap($), $._plain_text))),
    replace: $ => seq('replace', choice(
      $.let, $.fragment, $.lint, $.field, alias($.replacing_strategy, $.strategy), alias($.replacing_lint, $.lint),
    )),
    replacing_strategy: $ => seq(
      ...strategy_head($), optional(seq('extends', 'super')), field('body', alias($.strategy_body, $.body)),
    ),
    // A replacing lint keeps what it doesn't state.
    replacing_lint: $ => seq(...lint_head($), optional(field('body', alias($.replacing_lint_body, $.lint_body)))),
    replacing_lint_body: $ => seq('{', gap($), choice($.lint_when, $.lint_unique), optional($._sep), '}'),

    lint: $ => seq(...lint_head($), field('body', $.lint_body)),
    // Loops, one condition, the message, what to do, and fixes.
    lint_body: $ => seq(
      '{', gap($),
      repeat(seq($.lint_for, $._sep)),
      choice($.lint_when, $.lint_unique), $._sep,
      field('message', $._text),
      optional(seq($._sep, field('help', $._text))),
      repeat(seq($._sep, $.lint_fix)),
      optional($._sep), '}',
    ),
    lint_for: $ => loop($),
    lint_when: $ => seq('when', $._expression),
    lint_unique: $ => seq('unique', $._expression),
    lint_fix: $ => seq(
      'fix',
      choice(
        seq('set', field('path', $._access), '=', gap($), field('value', $._expression)),
        seq('remove', field('path', $._access)),
      ),
      optional(seq(repeat($._before_unsafe), 'unsafe')),
    ),

    // ---- Types

    _type: $ => choice($._one_type, $.union_type, $.run_type, $.optional_type),
    run_type: $ => seq('run', choice($._one_type, $.union_type)),
    optional_type: $ => seq(choice($._one_type, $.union_type, $.run_type), token.immediate('?')),
    union_type: $ => seq($._one_type, repeat1(seq('|', gap($), $._one_type))),
    path_types: $ => seq($.path_type, repeat1(seq('|', gap($), $.path_type))),
    _one_type: $ => choice(
      $.kind_type, $.string_type, $.number_type, $.primitive_type, $.generic_type, $.record_type, $.list_type, $.path_type,
      $.member,
    ),

    // The word with a text behind it is no member of an enum.
    kind_type: $ => prec(1, seq(
      'kind', field('api_version', $._plain_text), field('kind', $._plain_text),
      optional(seq('from', field('schema', $._plain_text))),
    )),
    string_type: $ => seq(
      alias('string', $.builtin_type), optional($.matching), optional($.length), optional($.matching),
    ),
    matching: $ => seq('matching', field('pattern', $._plain_text)),
    length: $ => seq('length', alias($._length_range, $.range)),
    number_type: $ => choice(
      seq(alias('int', $.builtin_type), optional(alias($._int_range, $.range))),
      seq(alias('number', $.builtin_type), optional(alias($._number_range, $.range))),
    ),
    _length_range: _ => range(DIGITS),
    _int_range: _ => range(seq(optional('-'), DIGITS)),
    _number_range: _ => range(seq(optional('-'), DIGITS, optional(/\.[0-9]+/), optional(/[eE][+-]?[0-9]+/))),
    primitive_type: $ => alias(choice('bool', 'any'), $.builtin_type),
    generic_type: $ => seq(alias(choice('Map', 'Partial'), $.builtin_type), '<', gap($), $._type, '>'),
    record_type: $ => entries($, '{', $.record_field, '}'),
    record_field: $ => seq(
      field('name', choice(alias($._word, $.property_identifier), $._plain_text)),
      $._colon, field('type', $._type),
    ),
    list_type: $ => seq('[', gap($), $._type, ']'),
    path_type: $ => seq(
      choice(
        alias($._capital, $.type_identifier),
        seq(field('library', $._name), token.immediate('.'), alias($._capital_field, $.type_identifier)),
      ),
      repeat(choice(seq(token.immediate('.'), $._any_field), $.element)),
    ),
    // One token, as no newline may stand in it.
    element: _ => token.immediate(/\[[ \t\r]*\]/),
    // One word of an enum; those that begin a type elsewhere are words, too.
    member: $ => choice($._lower, ...RESERVED, 'kind', 'run'),

    // ---- Expressions, from loose to tight. An `if` is no operand.

    _expression: $ => choice($.if_expression, $._condition),
    if_expression: $ => prec.right(seq(
      'if', field('condition', $._condition),
      'then', gap($), field('then', $._expression),
      optional(seq('else', gap($), field('else', $._expression))),
    )),

    // Whatever may end the `at` of a `fail` goes on with it.
    _condition: $ => prec.right(choice(alias($._or, $.binary_expression), $._conjunction)),
    _or: $ => infix($, $._condition, $._conjunction, field('operator', 'or')),
    _conjunction: $ => prec.right(choice(alias($._and, $.binary_expression), $._negation)),
    _and: $ => infix($, $._conjunction, $._negation, field('operator', 'and')),
    _negation: $ => prec.right(choice($.not_expression, $._comparison)),
    not_expression: $ => seq('not', gap($), $._negation),
    _comparison: $ => prec.right(choice(alias($._compare, $.binary_expression), $._alternative)),
    _compare: $ => infix(
      $, $._alternative, $._alternative, field('operator', choice('==', '!=', '<', '<=', '>', '>=', 'in')),
    ),
    _alternative: $ => prec.right(choice(alias($._coalesce, $.binary_expression), $._access)),
    _coalesce: $ => infix($, $._alternative, $._access, field('operator', '??')),

    _access: $ => choice(
      $._text, $.number, $.boolean, $.null, $.file, $._identifier,
      $.case_expression, $.fail_expression, $.parenthesized, $.list, $.object, $.typed_object,
      $.call, $.index, $.field_access, $.unwrap,
    ),
    _identifier: $ => choice($._name, alias('file', $.identifier)),
    boolean: _ => choice('true', 'false'),
    null: _ => 'null',
    file: $ => prec(1, seq('file', token.immediate('('), gap($), field('path', $._plain_text), ')')),

    case_expression: $ => seq('case', field('subject', $._condition), $.arms),
    arms: $ => entries($, '{', $.arm, '}'),
    arm: $ => seq(
      field('member', alias($._word, $.member)), $._colon, field('value', $._expression),
    ),
    fail_expression: $ => prec.right(seq('fail', field('message', $._text), optional($.place))),

    parenthesized: $ => seq('(', gap($), $._expression, ')'),
    list: $ => entries($, '[', choice($._expression, $.spread, $.if_guard, $.for_guard), ']'),
    object: $ => entries(
      $, '{', choice($.pair, $.computed_pair, $.shorthand, $.spread, $.if_guard, $.for_guard), '}',
    ),
    typed_object: $ => typed_object($, $.object),
    pair: $ => pair($, $._expression),
    computed_pair: $ => computed_pair($, $._expression),
    shorthand: $ => $._name,
    spread: $ => seq('...', $._expression),

    if_guard: $ => seq('if', field('condition', $._condition), guarded($)),
    for_guard: $ => seq(loop($), guarded($)),

    call: $ => seq(field('function', $._access), field('arguments', $.arguments)),
    arguments: $ => entries($, token.immediate('('), choice($._expression, $.named_argument), ')'),
    named_argument: $ => seq(field('name', $._name), ':', gap($), field('value', $._expression)),
    index: $ => seq(field('base', $._access), choice(token.immediate('['), token.immediate('?[')), gap($), field('index', $._expression), ']'),
    field_access: $ => seq(field('base', $._access), dot(), field('field', $._any_field)),
    unwrap: $ => seq($._access, token.immediate('!')),

    // ---- Values: what a release gives, without operators and conditions. They have the names of expressions.

    _value: $ => choice(
      $._value_text, $.number, $.boolean, $.null, $.file, $._identifier,
      alias($.value_parenthesized, $.parenthesized), alias($.value_list, $.list), alias($.value_object, $.object),
      alias($.value_typed_object, $.typed_object),
      alias($.value_call, $.call), alias($.value_index, $.index), alias($.value_field_access, $.field_access),
    ),
    value_parenthesized: $ => seq('(', gap($), $._value, ')'),
    value_list: $ => entries($, '[', choice($._value, alias($.value_spread, $.spread)), ']'),
    value_object: $ => entries($, '{', choice(
      alias($.value_pair, $.pair), alias($.value_computed_pair, $.computed_pair), $.shorthand,
      alias($.value_spread, $.spread),
    ), '}'),
    value_typed_object: $ => typed_object($, alias($.value_object, $.object)),
    value_pair: $ => pair($, $._value),
    value_computed_pair: $ => computed_pair($, $._value),
    value_spread: $ => seq('...', $._value),
    value_call: $ => seq(field('function', $._value), field('arguments', alias($.value_arguments, $.arguments))),
    value_arguments: $ => entries(
      $, token.immediate('('), choice($._value, alias($.value_named_argument, $.named_argument)), ')',
    ),
    value_named_argument: $ => seq(field('name', $._name), ':', gap($), field('value', $._value)),
    value_index: $ => seq(field('base', $._value), token.immediate('['), gap($), field('index', $._value), ']'),
    value_field_access: $ => seq(field('base', $._value), dot(), field('field', $._any_field)),
  },
});

// ---- Layout

/** Newlines where one may stand and separates nothing. */
function gap($) {
  return optional($._gap);
}

/** Some `rule`, separated; what separates may stand behind the last one, too. */
function separated($, rule) {
  return seq(rule, repeat(seq($._sep, rule)), optional($._sep));
}

/** Any number of `rule` in brackets. */
function entries($, open, rule, close) {
  return seq(open, gap($), optional(separated($, rule)), close);
}

// ---- Parts that rules share

/** A string of one line, with `brace` where a hole might begin. */
function line($, brace) {
  return seq('"', repeat(choice(alias($._line_text, $.string_content), $.escape_sequence, brace)), token.immediate('"'));
}

/** A block of lines. */
function lines($, brace) {
  return seq('"""', repeat(choice(alias($._block_text, $.string_content), $.escape_sequence, brace)), token.immediate('"""'));
}

/** The brace of a hole and its path. That a letter is behind the brace was seen by the scanner. */
function path_of_hole($) {
  return [token.immediate('{'), $._name, repeat(seq(token.immediate('.'), $._any_field))];
}

/** An argument of a call in a hole: a path. */
function hole_argument($) {
  return seq(alias($._immediate_name, $.identifier), repeat(seq(token.immediate('.'), $._any_field)));
}

function typed($) {
  return seq(':', gap($), field('type', $._type));
}

function typed_value($) {
  return [':', gap($), field('type', $._type), '=', gap($), field('value', $._expression)];
}

function signature($) {
  return seq(field('name', $._name), $.parameters, optional(typed($)));
}

/** A library of an import: `kube`, `istio as std`. */
function imported($) {
  return seq(field('library', $._name), optional(seq('as', field('name', $._name))));
}

function strategy_head($) {
  return [
    'strategy', field('name', alias($._word, $.identifier)),
    optional(seq('weights', field('weights', choice('split', 'percent', 'each', 'none')))),
  ];
}

function lint_head($) {
  return [
    'lint', field('name', $._name), field('level', choice('error', 'warn', 'info', 'require')), optional($.place),
  ];
}

function range(number) {
  return token(seq(optional(number), '..', optional(number)));
}

function loop($) {
  return seq(
    'for', field('variable', $._name), optional(seq(',', field('variable', $._name))),
    optional(seq(':', field('type', choice($.path_type, alias($.path_types, $.union_type))))),
    'in', field('iterable', $._condition),
    optional(seq('if', field('filter', $._condition))),
  );
}

function guarded($) {
  return seq(
    $._colon, field('body', choice($._expression, $.if_guard, $.for_guard)),
  );
}

function infix($, left, right, operator) {
  return prec.right(seq(field('left', left), operator, gap($), field('right', right)));
}

function dot() {
  return choice(token.immediate('.'), token.immediate('?.'));
}

function pair($, value) {
  return seq(
    field('key', choice(alias($._word, $.property_identifier), alias($.plain_string, $.string))),
    $._colon, field('value', value),
  );
}

function computed_pair($, value) {
  return seq(
    '[', gap($), field('key', value), ']', $._colon, field('value', value),
  );
}

/** `Kind { … }` or `library.Kind { … }`. */
function typed_object($, object) {
  return seq(
    field('type', choice(
      alias($._capital, $.type_identifier),
      seq(field('library', $._name), token.immediate('.'), alias($._capital_field, $.type_identifier)),
    )),
    object,
  );
}
