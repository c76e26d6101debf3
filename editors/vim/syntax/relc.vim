" relc: colours. The grammar of the language is grammar/relc.pest.
if exists('b:current_syntax')
  finish
endif

let s:keepcpo = &cpoptions
set cpoptions&vim

syntax iskeyword @,48-57,_,-
syntax sync minlines=200

" ---- Comments

syntax match relcComment '//.*' contains=relcTodo,@Spell
syntax match relcDoc '///\%(/\)\@!.*' contains=relcTodo,@Spell
syntax region relcComment start='/\*' end='\*/' contains=relcTodo,@Spell
syntax keyword relcTodo contained TODO FIXME NOTE

" ---- Texts

syntax match relcEscape contained '\\\%(["\\/{bfnrt]\|u\x\{4}\)'
syntax match relcError contained '\\\%(["\\/{bfnrt]\|u\x\{4}\)\@!.'
syntax match relcHole contained '{\l\k*\%(\.\a\k*\)*\%(!\|([^(){}"]*)\)\?}'
syntax region relcString start='"' skip='\\.' end='"' end='$' oneline contains=relcEscape,relcError,relcHole
syntax region relcString start='"""' skip='\\.' end='"""' contains=relcEscape,relcError,relcHole

" ---- Words of expressions, behind no dot and before no colon

syntax match relcConditional '\%(\.\.\)\@<!\.\@<!\<\%(if\|then\|else\|case\)\>\%(\s*:\)\@!'
syntax match relcConditional '\.\.\.\zs\<\%(if\|case\)\>'
syntax match relcRepeat '\.\@<!\<for\>\%(\s*:\)\@!'
syntax match relcOperator '\.\@<!\<\%(and\|or\|not\|in\)\>\%(\s*:\)\@!'
syntax match relcException '\.\@<!\<fail\>\%(\s*:\)\@!'
syntax match relcBoolean '\.\@<!\<\%(true\|false\|null\)\>\%(\s*:\)\@!'
syntax match relcOperator '==\|!=\|<=\|>=\|??\|\.\.\.\|[=<>|!?]'

syntax match relcNumber '\%(\k\|\.\)\@<!-\?\%(0\|[1-9]\d*\)\%(\.\d\+\)\?\%([eE][+-]\?\d\+\)\?\%(\k\|%\|\.\d\)\@!'
syntax match relcNumber '\%(\k\|\.\)\@<!\%(-\?\d\+\%(\.\d\+\)\?\)\?\.\.\%(-\?\d\+\%(\.\d\+\)\?\)\?\%(\.\)\@!'

syntax match relcFunction '\.\@<!\<\l\k*\ze('
syntax match relcProperty '\%(\.\.\)\@<!\.\zs\a\k*'
syntax match relcKey '\%(\%(^\|[{,(]\|\<headline\|\<shared\|"\)\s*\)\@<=\<\a\k*\ze\s*:=\@!'

" ---- Types

syntax match relcType '\.\@<!\<\u\k*'
syntax match relcType '\<\l\k*\.\zs\u\k*'
syntax match relcBuiltin '\%(\%([:|[<,=]\|\<run\)\s*\)\@<=\<\%(string\|int\|number\|bool\|any\|Map\|Partial\)\>\%(\s*[:(]\)\@!'
syntax match relcStatement '\<\%(matching\|length\)\>\ze\s*["0-9.]'
syntax match relcStatement '\<kind\>\ze\s\+"'
syntax match relcStatement '\%("\s\+\)\@<=from\>\ze\s\+"'
syntax match relcStatement '\%([:=]\s*\)\@<=run\>\ze\s\+[A-Za-z[{]'

" ---- Declarations and statements, each where one begins

syntax match relcInclude '^\s*\zsimport\>\ze\s\+["[:lower:]]'
syntax match relcInclude '\%("\s\+\)\@<=as\>'
syntax match relcInclude '\%(^\s*import\s.*\k\s\+\)\@<=as\>\ze\s\+\l'
syntax match relcDeclaration '\%(^\|[{,]\)\s*\zs\%(open\s\+\|replace\s\+\)\?\%(param\|let\)\>\ze\s\+\l' nextgroup=relcDefined skipwhite
syntax match relcDeclaration '^\s*\zstype\>\ze\s\+\u' nextgroup=relcTypeDefined skipwhite
syntax match relcDeclaration '\%(^\|[{,]\)\s*\zs\%(open\s\+\|replace\s\+\)\?fragment\>\ze\s\+\l' nextgroup=relcFunction skipwhite
syntax match relcDeclaration '^\s*\zs\%(part\|environment\)\>\ze\s\+\a' nextgroup=relcTypeDefined skipwhite
syntax match relcDeclaration '^\s*\zsapply\>\ze\s\+\a' nextgroup=relcExtended skipwhite
syntax match relcDeclaration '\<to\>\ze\s\+"'
syntax match relcDeclaration '\<extends\>\ze\s\+\a' nextgroup=relcExtended skipwhite
syntax match relcDeclaration '\%(^\|[{,]\)\s*\zs\%(settings\|version\)\>\ze\s*{'
syntax match relcDeclaration '\%(^\|[{,]\)\s*\zs\%(replace\s\+\)\?strategy\>\ze\s\+\a' nextgroup=relcDefined skipwhite
syntax match relcDeclaration '\%(^\|[{,]\)\s*\zs\%(replace\s\+\)\?lint\>\ze\s\+\l' nextgroup=relcLint skipwhite
syntax match relcLint contained '\l\k*' nextgroup=relcLevel skipwhite
syntax match relcLevel contained '\<\%(error\|warn\|info\|require\)\>' nextgroup=relcAt skipwhite
syntax match relcAt contained '\<at\>'
syntax match relcStatement '\%(^\|[{,]\)\s*\zs\%(emit\|track\|mutate\|require\|watch\|unique\|when\)\>\ze\s\+[^:= \t]'
syntax match relcStatement '\%(\<emit\s\+\)\@<=untracked\>\ze\s\+[^,}. \t]'
syntax match relcStatement '\%(^\|[{,]\)\s*\zsfix\s\+\%(set\|remove\)\>'
syntax match relcStatement '\%(^\|\s\)\s*\zsunsafe\>\ze\s*\%($\|}\|//\)'
syntax match relcStatement '\<ready\>\ze\s\+"'
syntax match relcStatement '\<weights\>\ze\s\+\l' nextgroup=relcConstant skipwhite
syntax match relcStatement '\%("\s\+\)\@<=at\>\ze\s\+\l'
syntax match relcStatement '\<at\>\ze\s\+"'
syntax match relcStatement '\<at\>\ze\s\+none\>' nextgroup=relcConstant skipwhite
syntax match relcModifier '\%(^\|[{,]\)\s*\zs\%(headline\|shared\)\>\ze\s\+\a'
syntax match relcModifier '\%(^\|[{,]\)\s*\zsreplace\>\ze\s\+\%(shared\s\+\|headline\s\+\|deprecated\s\+"[^"]*"\s\+\|deprecated\s\+use\s\+\a\k*\s\+\)*\a\k*\s*:'
syntax match relcModifier '\<\%(headline\s\+\)\@<=shared\>\ze\s\+\a'
syntax match relcModifier '\<deprecated\>\ze\s\+\%("\|use\s\+\a\k*\s\+\a\)'
syntax match relcModifier '\%(\<deprecated\s\+\%("[^"]*"\s\+\)\?\)\@<=use\>\ze\s\+\a\k*\s\+\a'

syntax match relcDefined contained '\a\k*'
syntax match relcTypeDefined contained '\a\k*\%(\.\d\k*\)*'
syntax match relcExtended contained '\a\k*\%(\.\k\+\)*' nextgroup=relcExtendedMore skipwhite
syntax match relcExtendedMore contained ',' nextgroup=relcExtended skipwhite skipnl
syntax match relcConstant contained '\l\k*'

" ---- Releases: header, settings, versions, one behind the other

syntax match relcDeclaration '^\s*\zsrelease\>\ze\s\+\a\k*\s\+on\>' nextgroup=relcReleaseName skipwhite
syntax match relcReleaseName contained '\a\k*' nextgroup=relcOn skipwhite
syntax match relcOn contained '\<on\>' nextgroup=relcEnvironment skipwhite
syntax match relcEnvironment contained '\a\k*\%(\.\d\k*\)*' nextgroup=relcStrategy,relcSettings,relcVersions,relcBetween skipwhite skipnl skipempty
syntax match relcStrategy contained '\a\k*' nextgroup=relcSettings,relcVersions,relcBetween skipwhite skipnl skipempty
syntax region relcSettings contained matchgroup=relcBracket start='{' end='}' contains=TOP nextgroup=relcVersions,relcBetween skipwhite skipnl skipempty
syntax match relcBetween contained '//.*' nextgroup=relcVersions,relcBetween skipwhite skipnl skipempty
syntax region relcVersions contained matchgroup=relcAngle start='<' end='>'
      \ contains=relcComment,relcDoc,relcString,relcBraces,relcBrackets,relcFile,relcLabel,relcWeight,relcWhen,relcProperty

syntax match relcLabel contained '\%(^\|[<,]\)\s*\zs\%(when\>\|file(\)\@!\a\k*'
syntax match relcWeight contained '\k\@<!\%(0\|[1-9]\d*\)%\?\k\@!'
syntax match relcFile '\.\@<!\<file\ze('
syntax region relcWhen contained matchgroup=relcConditional start='\.\@<!\<when\>' end='\ze[>,]'
      \ end='\n\%(\s*\%(\%(and\|or\)\>\|//\|/\*\|$\)\)\@!' contains=relcComment,relcString,relcTest,relcOperator
syntax match relcTest contained '\<\%(path\|method\|is\|prefix\|matches\)\>'
syntax match relcTest contained '\<\%(header\|query\)\>' nextgroup=relcTestName skipwhite
syntax match relcTestName contained '\a\k*'

" ---- Brackets, so that what is in them is known to be in them

syntax region relcBraces matchgroup=relcBracket start='{' end='}' contains=TOP
syntax region relcBrackets matchgroup=relcBracket start='\[' end='\]' contains=TOP
syntax region relcParens matchgroup=relcBracket start='(' end=')' contains=TOP

highlight default link relcAngle Delimiter
highlight default link relcAt Statement
highlight default link relcBetween Comment
highlight default link relcBoolean Boolean
highlight default link relcBracket Delimiter
highlight default link relcBuiltin Type
highlight default link relcComment Comment
highlight default link relcConditional Conditional
highlight default link relcConstant Constant
highlight default link relcDeclaration Statement
highlight default link relcDefined Identifier
highlight default link relcDoc SpecialComment
highlight default link relcEnvironment Type
highlight default link relcError Error
highlight default link relcEscape SpecialChar
highlight default link relcException Exception
highlight default link relcExtended Type
highlight default link relcExtendedMore Delimiter
highlight default link relcFile Function
highlight default link relcFunction Function
highlight default link relcHole Special
highlight default link relcInclude Include
highlight default link relcKey Identifier
highlight default link relcLabel Label
highlight default link relcLevel Constant
highlight default link relcLint Function
highlight default link relcModifier StorageClass
highlight default link relcNumber Number
highlight default link relcOn Statement
highlight default link relcOperator Operator
highlight default link relcProperty Identifier
highlight default link relcReleaseName Identifier
highlight default link relcRepeat Repeat
highlight default link relcStatement Statement
highlight default link relcStrategy Constant
highlight default link relcString String
highlight default link relcTest Keyword
highlight default link relcTestName Identifier
highlight default link relcTodo Todo
highlight default link relcType Type
highlight default link relcTypeDefined Typedef
highlight default link relcWeight Number

let b:current_syntax = 'relc'
let &cpoptions = s:keepcpo
unlet s:keepcpo
