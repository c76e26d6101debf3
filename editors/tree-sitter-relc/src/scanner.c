// What a grammar without context cannot say: which newlines separate, where a number ends, and what a string holds.
//
// White space may stand anywhere as far as the grammar knows, newlines too. So the scanner is asked at every token, and
// makes of each newline what it is: a token that the grammar names at that place, one that nothing takes where none may
// stand, or white space where the entry goes on.

#include "tree_sitter/alloc.h"
#include "tree_sitter/parser.h"

#include <string.h>

// The order is that of `externals` in grammar.js.
enum Token {
  SEPARATOR,
  VERSION_SEPARATOR,
  NEWLINE,
  BEFORE_WHEN,
  BEFORE_AND,
  BEFORE_OR,
  BEFORE_UNSAFE,
  BEFORE_LESS,
  BEFORE_COLON,
  NUMBER,
  INTEGER,
  PERCENTAGE,
  LINE_TEXT,
  BLOCK_TEXT,
  ANYWHERE,
  NOTHING,
};

// The newlines between the lines of a comment are all of one kind, which is looked for once: a comment of many lines
// would be read again for each of them otherwise.
typedef struct {
  bool known;
  uint8_t newline;
} Scanner;

static void advance(TSLexer *lexer) { lexer->advance(lexer, false); }

static bool is_digit(int32_t c) { return c >= '0' && c <= '9'; }
static bool is_lower(int32_t c) { return c >= 'a' && c <= 'z'; }
static bool is_word(int32_t c) { return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_blank(int32_t c) { return c == ' ' || c == '\t' || c == '\r'; }

static bool take(TSLexer *lexer, int32_t c) {
  if (lexer->lookahead != c) return false;
  advance(lexer);
  return true;
}

// ---- Comments -------------------------------------------------------------------------------------------------------

static void skip_block_comment(TSLexer *lexer) {
  while (!lexer->eof(lexer)) {
    if (!take(lexer, '*')) {
      advance(lexer);
    } else if (take(lexer, '/')) {
      return;
    }
  }
}

// Reads white space and comments. Where a comment of a line stands first, `comment` says so.
static void skip_to_token(TSLexer *lexer, bool *comment) {
  for (bool first = true;; first = false) {
    while (is_blank(lexer->lookahead) || lexer->lookahead == '\n') advance(lexer);
    if (first) lexer->mark_end(lexer);
    if (!take(lexer, '/')) return;
    if (take(lexer, '*')) {
      skip_block_comment(lexer);
    } else if (take(lexer, '/')) {
      if (first) *comment = true;
      while (!lexer->eof(lexer) && lexer->lookahead != '\n') advance(lexer);
    } else {
      return;
    }
  }
}

// ---- Newlines -------------------------------------------------------------------------------------------------------

// Reads the word that comes, as far as it is a short one; `key` says whether a colon is behind it.
static void next_word(TSLexer *lexer, char word[8], bool *key) {
  int length = 0;
  while (is_word(lexer->lookahead) || lexer->lookahead == '-') {
    if (length < 7) word[length] = (char)lexer->lookahead;
    length++;
    advance(lexer);
  }
  word[length < 7 ? length : 7] = 0;
  if (length > 7) word[0] = 0;
  while (is_blank(lexer->lookahead)) advance(lexer);
  *key = lexer->lookahead == ':';
}

// What the newlines before the next token are: a token, or none at all where the entry goes on.
static bool newline_before(TSLexer *lexer, const bool *valid, uint8_t *kind) {
  int32_t c = lexer->lookahead;
  // What separates may stand behind the last entry, too. That it is a token there spares looking ahead at each line of a
  // comment: of what is white space nothing can be remembered.
  bool named = valid[SEPARATOR] || valid[VERSION_SEPARATOR] || valid[NEWLINE];
  if (!named && (lexer->eof(lexer) || c == '}' || c == ']' || c == ')')) return false;
  *kind = c == '<' ? BEFORE_LESS : BEFORE_COLON;
  if ((c == '<' || c == ':') && valid[*kind]) return true;
  if (c == '?') {
    advance(lexer);
    if (lexer->lookahead == '?') return false;
  } else if (is_lower(c)) {
    char word[8];
    bool key = false;
    next_word(lexer, word, &key);
    bool and = !strcmp(word, "and"), or = !strcmp(word, "or");
    bool goes_on = !key && (and || or || !strcmp(word, "then") || !strcmp(word, "else"));
    if (goes_on && !valid[VERSION_SEPARATOR]) return false;
    *kind = BEFORE_WHEN;
    if (valid[BEFORE_WHEN] && !strcmp(word, "when")) return true;
    *kind = BEFORE_AND;
    if (valid[BEFORE_AND] && and) return true;
    *kind = BEFORE_OR;
    if (valid[BEFORE_OR] && or) return true;
    *kind = BEFORE_UNSAFE;
    if (valid[BEFORE_UNSAFE] && !strcmp(word, "unsafe")) return true;
  }
  *kind = valid[SEPARATOR]           ? SEPARATOR
          : valid[VERSION_SEPARATOR] ? VERSION_SEPARATOR
          : valid[NEWLINE]           ? NEWLINE
                                     : NOTHING;
  return true;
}

static bool newline(Scanner *scanner, TSLexer *lexer, const bool *valid) {
  bool comment = false;
  if (scanner->known) {
    while (is_blank(lexer->lookahead) || lexer->lookahead == '\n') advance(lexer);
    lexer->mark_end(lexer);
    comment = take(lexer, '/') && lexer->lookahead == '/';
  } else {
    skip_to_token(lexer, &comment);
    if (!newline_before(lexer, valid, &scanner->newline)) return false;
  }
  scanner->known = comment;
  lexer->result_symbol = scanner->newline;
  return true;
}

// ---- Numbers --------------------------------------------------------------------------------------------------------

static bool digits(TSLexer *lexer) {
  if (!is_digit(lexer->lookahead)) return false;
  while (is_digit(lexer->lookahead)) advance(lexer);
  return true;
}

// Whether the number ends where it is marked: `1Gi`, `10.0.0.1` and `5-x` are none.
static bool number_ends(TSLexer *lexer) {
  int32_t c = lexer->lookahead;
  if (is_word(c) || c == '%') return false;
  if (c != '.' && c != '-') return true;
  advance(lexer);
  return c == '.' ? !is_digit(lexer->lookahead) : !is_word(lexer->lookahead);
}

static bool number(TSLexer *lexer, const bool *valid) {
  bool negative = take(lexer, '-');
  if (take(lexer, '0')) {
    if (is_digit(lexer->lookahead)) return false;
  } else if (!digits(lexer)) {
    return false;
  }
  if (valid[INTEGER]) {
    if (negative) return false;
    lexer->result_symbol = take(lexer, '%') ? PERCENTAGE : INTEGER;
    lexer->mark_end(lexer);
    return number_ends(lexer);
  }
  lexer->result_symbol = NUMBER;
  lexer->mark_end(lexer);
  if (take(lexer, '.')) {
    // `1..` is the beginning of a range, and `1.x` of nothing.
    if (!digits(lexer)) return true;
    lexer->mark_end(lexer);
  }
  if (lexer->lookahead == 'e' || lexer->lookahead == 'E') {
    advance(lexer);
    if (!take(lexer, '+')) take(lexer, '-');
    if (!digits(lexer)) return false;
    lexer->mark_end(lexer);
  }
  return number_ends(lexer);
}

// ---- Strings --------------------------------------------------------------------------------------------------------

// At a brace: whether a hole begins here. If not, the brace is text, and behind.
static bool hole(TSLexer *lexer) {
  lexer->mark_end(lexer);
  advance(lexer);
  return is_lower(lexer->lookahead);
}

// At a quote: whether the block ends here. If not, the quotes are text, and behind.
static bool block_end(TSLexer *lexer) {
  lexer->mark_end(lexer);
  return take(lexer, '"') && take(lexer, '"') && lexer->lookahead == '"';
}

static bool text(TSLexer *lexer, bool block) {
  bool some = false;
  for (;; some = true) {
    int32_t c = lexer->lookahead;
    if (c == '{' ? hole(lexer) : block && c == '"' && block_end(lexer)) break;
    if (c == '{' || (block && c == '"')) continue;
    bool control = c < 0x20 && c != '\r' && !(block && (c == '\n' || c == '\t'));
    if (c == '"' || c == '\\' || control) {
      lexer->mark_end(lexer);
      break;
    }
    advance(lexer);
  }
  lexer->result_symbol = block ? BLOCK_TEXT : LINE_TEXT;
  return some;
}

// ---- What the parser calls ------------------------------------------------------------------------------------------

void *tree_sitter_relc_external_scanner_create(void) { return ts_calloc(1, sizeof(Scanner)); }

void tree_sitter_relc_external_scanner_destroy(void *payload) { ts_free(payload); }

unsigned tree_sitter_relc_external_scanner_serialize(void *payload, char *buffer) {
  Scanner *scanner = payload;
  if (!scanner->known) return 0;
  buffer[0] = (char)scanner->newline;
  return 1;
}

void tree_sitter_relc_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  Scanner *scanner = payload;
  scanner->known = length > 0;
  scanner->newline = length > 0 ? (uint8_t)buffer[0] : 0;
}

bool tree_sitter_relc_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  // While the parser looks for a way on, everything is valid; a string would then hold the rest of the file.
  bool lost = valid[NOTHING];
  if (!lost && (valid[LINE_TEXT] || valid[BLOCK_TEXT])) return text(lexer, valid[BLOCK_TEXT]);
  while (is_blank(lexer->lookahead)) lexer->advance(lexer, true);
  if (lexer->lookahead == '\n') return newline(payload, lexer, valid);
  bool wanted = valid[NUMBER] || valid[INTEGER];
  return wanted && (lexer->lookahead == '-' || is_digit(lexer->lookahead)) && number(lexer, valid);
}
