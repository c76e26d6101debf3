;;; relc-mode.el --- Major mode for .rel files of relc -*- lexical-binding: t -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1"))
;; Keywords: languages, kubernetes
;; SPDX-License-Identifier: Apache-2.0

;;; Commentary:

;; Highlights and indents .rel files.  With eglot, it starts the language server `relc lsp'.

;;; Code:

(defgroup relc nil
  "Progressive releases on Kubernetes."
  :group 'languages)

(defcustom relc-program "relc"
  "The name or path of relc, which eglot starts as `relc lsp'."
  :type 'string)

(defcustom relc-indent-offset 2
  "The number of columns of an indentation."
  :type 'integer
  :safe #'integerp)

(defvar relc-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 124b" table)
    (modify-syntax-entry ?* ". 23" table)
    (modify-syntax-entry ?\n "> b" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    (modify-syntax-entry ?- "_" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?< "." table)
    (modify-syntax-entry ?> "." table)
    table)
  "The syntax table of `relc-mode'.")

(defconst relc-declarations
  '("release" "let" "param" "import" "type" "fragment" "part" "environment" "apply")
  "The words that begin a declaration.")

(defconst relc-statements
  '("settings" "version" "strategy" "open" "emit" "track" "mutate" "require" "lint" "watch"
    "replace" "headline" "shared" "deprecated")
  "The words that begin a statement of a part or an environment.")

(defconst relc-words
  '("if" "then" "else" "for" "in" "case" "and" "or" "not" "fail" "when" "on" "as" "extends")
  "The other words of the language.")

(defvar relc-font-lock-keywords
  `((,(concat "^\\s-*" (regexp-opt relc-declarations 'symbols)) 1 font-lock-keyword-face)
    (,(concat "^\\s-*" (regexp-opt relc-statements 'symbols)) 1 font-lock-keyword-face)
    (,(regexp-opt relc-words 'symbols) . font-lock-keyword-face)
    (,(regexp-opt '("true" "false" "null") 'symbols) . font-lock-constant-face)
    ("\\_<release\\s-+\\(\\(?:\\sw\\|\\s_\\)+\\)\\s-+on\\s-+\\([a-z0-9.-]+\\)"
     (1 font-lock-function-name-face) (2 font-lock-type-face))
    ("^\\s-*\\(?:let\\|param\\|fragment\\|strategy\\)\\s-+\\(\\(?:\\sw\\|\\s_\\)+\\)" 1 font-lock-variable-name-face)
    ("\\_<[A-Z][A-Za-z0-9]*\\_>" . font-lock-type-face)
    ("\\(\\(?:\\sw\\|\\s_\\)+\\)\\s-*:" 1 font-lock-property-face)
    ("\\_<[0-9]+\\(?:\\.[0-9]+\\)?%?" . font-lock-constant-face))
  "What `relc-mode' highlights.")

;; Emacs 28 has no face for properties.
(unless (boundp 'font-lock-property-face)
  (defvar font-lock-property-face 'font-lock-variable-name-face))
(when (and (facep 'font-lock-property-name-face))
  (setq font-lock-property-face 'font-lock-property-name-face))

(defun relc--depth ()
  "Return the number of brackets that are open at the start of the line."
  (save-excursion
    (beginning-of-line)
    (let ((end (point)) (depth 0))
      (goto-char (point-min))
      (while (re-search-forward "[][{}()<>]" end t)
        (unless (or (nth 8 (syntax-ppss)) (memq (char-after) '(?=)))
          (if (memq (char-before) '(?\{ ?\[ ?\( ?<))
              (setq depth (1+ depth))
            (setq depth (max 0 (1- depth))))))
      depth)))

(defun relc-indent-line ()
  "Indent the line by the brackets that are open."
  (interactive)
  (let* ((closes (save-excursion (back-to-indentation) (looking-at-p "[]})>]")))
         (depth (max 0 (- (relc--depth) (if closes 1 0))))
         (column (* depth relc-indent-offset)))
    (if (<= (current-column) (current-indentation))
        (indent-line-to column)
      (save-excursion (indent-line-to column)))))

;;;###autoload
(define-derived-mode relc-mode prog-mode "relc"
  "Major mode for .rel files."
  (setq-local comment-start "// ")
  (setq-local comment-end "")
  (setq-local comment-start-skip "//+\\s-*")
  (setq-local indent-tabs-mode nil)
  (setq-local tab-width relc-indent-offset)
  (setq-local font-lock-defaults '(relc-font-lock-keywords))
  (setq-local indent-line-function #'relc-indent-line))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.rel\\'" . relc-mode))

(defun relc-server (&rest _)
  "Return the command of the language server."
  (list relc-program "lsp"))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(relc-mode . relc-server)))

(provide 'relc-mode)
;;; relc-mode.el ends here
