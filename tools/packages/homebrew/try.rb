# Installs the formula from an archive, and runs its test: with Ruby alone, where Homebrew itself can't be had. It has as much of Homebrew's
# language for formulae as this formula uses, for Linux.
#
#     ruby tools/packages/homebrew/try.rb FORMULA ARCHIVES PREFIX
require "digest"
require "fileutils"
require "pathname"
require "tmpdir"

class Pathname
  # Copies files into this directory; a hash renames them.
  def install(*sources)
    mkpath
    sources.flatten.each do |source|
      (source.is_a?(Hash) ? source : { source => File.basename(source) }).each { |from, to| FileUtils.cp(from, self / to) }
    end
  end
end

class Formula
  class << self
    attr_reader :checks

    def values = @values ||= {}
    def on_macos = nil
    def on_linux = yield
    def on_arm = (yield if RUBY_PLATFORM.start_with?("aarch64"))
    def on_intel = (yield if RUBY_PLATFORM.start_with?("x86_64"))
    def test(&block) = @checks = block

    %i[desc homepage version license url sha256].each do |name|
      define_method(name) { |*value| value.empty? ? values.fetch(name) : values[name] = value.first }
    end
  end

  attr_reader :prefix, :testpath

  def initialize(prefix, testpath)
    @prefix = Pathname(prefix)
    @testpath = Pathname(testpath)
  end

  def bin = prefix / "bin"
  def man1 = prefix / "share/man/man1"
  def bash_completion = prefix / "etc/bash_completion.d"
  def zsh_completion = prefix / "share/zsh/site-functions"
  def fish_completion = prefix / "share/fish/vendor_completions.d"
  def pwsh_completion = prefix / "share/pwsh/completions"

  def shell_output(command) = `#{command}`.tap { abort "failed: #{command}" unless $?.success? }
  def assert_match(text, output) = output.include?(text) || abort("failed: no `#{text}` in #{output}")
end

formula, archives, prefix = ARGV.map { |path| File.expand_path(path) }
load formula
archive = File.join(archives, File.basename(Relc.url))
abort "failed: the checksum of #{archive}" unless Digest::SHA256.file(archive).hexdigest == Relc.sha256
Dir.mktmpdir do |build|
  Dir.chdir(build) do
    # As Homebrew, into the only directory of the archive.
    system("tar", "-xzf", archive, "--strip-components=1", exception: true)
    installed = Relc.new(prefix, build)
    installed.install
    installed.instance_eval(&Relc.checks)
  end
end
