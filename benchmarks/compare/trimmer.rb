# Asks email_reply_trimmer (Ruby): files with a text each on standard input, a JSON line for each on standard output.
require "email_reply_trimmer"
require "json"

$stdout.sync = true
puts JSON.generate({version: Gem.loaded_specs["email_reply_trimmer"]&.version&.to_s || ARGV[0], ruby: RUBY_VERSION})
while (path = $stdin.gets)
  text = File.read(path.chomp, encoding: "UTF-8")
  before = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID)
  begin
    found = {reply: EmailReplyTrimmer.trim(text) || ""}
  rescue => error
    found = {raised: error.class.name}
  end
  found[:seconds] = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID) - before
  puts JSON.generate(found)
end
