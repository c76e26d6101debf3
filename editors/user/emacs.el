;;; emacs.el --- What a user does in Emacs -*- lexical-binding: t -*-

;; story.py runs this in Emacs without a terminal, after the settings of the guide.

;;; Code:

(require 'eglot)
(setq eglot-sync-connect 60 eglot-send-changes-idle-time 0 eglot-confirm-server-initiated-edits nil
      confirm-nonexistent-file-or-buffer nil make-backup-files nil create-lockfiles nil)

(defun story-wait (what test)
  "Wait until TEST returns something, and return that; WHAT is waited for."
  (let ((end (+ (float-time) 60)) found)
    (while (not (setq found (funcall test)))
      (when (> (float-time) end)
        (error "%s: not after 60 s: %s" what (buffer-string)))
      (accept-process-output nil 0.05))
    found))

(defun story-open (name &optional line column)
  "Visit the file NAME at LINE and COLUMN, both from 1, with the server."
  (switch-to-buffer (find-file-noselect name))
  ;; Emacs without a terminal runs no command loop, which `eglot-ensure' waits for.
  (unless (eglot-current-server)
    (run-hooks 'post-command-hook))
  (unless (eglot-managed-p)
    (story-wait "the server" #'eglot-managed-p))
  (goto-char (point-min))
  (forward-line (1- (or line 1)))
  (forward-char (1- (or column 1))))

(defun story-line ()
  "Return the line of the cursor."
  (buffer-substring-no-properties (line-beginning-position) (line-end-position)))

(defun story-complete (typed label)
  "Type a word, and accept the first item of the list of completions, which has to be LABEL."
  (insert typed)
  (eglot--signal-textDocument/didChange)
  (pcase-let* ((`(,start ,end ,table . ,properties) (eglot-completion-at-point))
               (word (buffer-substring-no-properties start end))
               (metadata (completion-metadata word table nil))
               (found (completion-all-completions word table nil (length word) metadata))
               (sort (completion-metadata-get metadata 'display-sort-function)))
    ;; The last tail of the list is a number.
    (when found
      (setcdr (last found) nil))
    (let ((first (car (if sort (funcall sort found) found))))
      (unless (equal first label)
        (error "The first completion of `%s' is %S" typed first))
      (delete-region start end)
      (insert first)
      (funcall (plist-get properties :exit-function) first 'finished))))

(defun story-mistakes ()
  "Return the diagnostics of the buffer that are errors."
  (seq-filter (lambda (found) (eq (flymake-diagnostic-type found) 'eglot-error)) (flymake-diagnostics)))

(defun story ()
  "Do what a user does."
  (story-open "new.rel")
  (insert "release hello on ")
  (story-complete "deployment-is" "deployment-istio")
  (insert " <")
  (newline-and-indent)
  (insert "v1 \"registry.example/hello:1.0\" { ")
  (story-complete "po" "port")
  (insert "8080 }")
  (newline)
  (insert ">")
  (indent-for-tab-command)
  (newline)
  (save-buffer)

  (story-open "mistakes.rel")
  (dolist (mistake '((2 40 "{ port: 8080 }") (3 46 "{ port: 8080 }") (6 17 "on deployment <")))
    (pcase-let ((`(,line ,column ,wanted) mistake))
      (story-open "mistakes.rel" line column)
      (flymake-start)
      (story-wait (format "line %s has a mistake" line)
                  (lambda ()
                    (seq-some (lambda (found) (<= (flymake-diagnostic-beg found) (line-end-position) ))
                              (seq-filter (lambda (found) (>= (flymake-diagnostic-end found) (line-beginning-position)))
                                          (story-mistakes)))))
      (let ((action (seq-find (lambda (action) (equal (plist-get action :kind) "quickfix"))
                              (eglot-code-actions (point) (point)))))
        (eglot--apply-workspace-edit (plist-get action :edit)))
      (unless (string-match-p (regexp-quote wanted) (story-line))
        (error "The fix makes: %s" (story-line)))
      (eglot--signal-textDocument/didChange)))
  (save-buffer)

  (story-open "main.rel" 4 15)
  ;; Emacs asks whether the files that aren't open may be edited.
  (cl-letf (((symbol-function 'y-or-n-p) #'always))
    (eglot-rename "picture"))
  (save-some-buffers t)

  (story-open "values.yaml" 4 1)
  (end-of-line)
  (story-complete "blue" "blue-green")
  (save-buffer)

  (story-open "layout.rel")
  (eglot-format-buffer)
  (save-buffer)

  (story-open "mistakes.rel")
  (let ((shown (eglot-execute-command (eglot-current-server) 'relc.showManifests
                                      (vector (eglot--path-to-uri buffer-file-name)))))
    (unless (string-match-p "^kind: Deployment" (format "%s" shown))
      (error "The manifests are: %s" shown)))
  (eglot-shutdown-all))

;; In YAML buffers the user enters the server, which Emacs without a terminal can't be asked for.
(unless (fboundp 'yaml-mode)
  (define-derived-mode yaml-mode text-mode "YAML"))
(add-to-list 'auto-mode-alist '("\\.ya?ml\\'" . yaml-mode))
(add-to-list 'eglot-server-programs '(yaml-mode . ("relc" "lsp")))
(add-hook 'yaml-mode-hook #'eglot-ensure)
(story)
;;; emacs.el ends here
