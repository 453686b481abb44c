-- document replaces a text if its version is the expected one. KEYS: document. ARGV:
-- expected version, new version, text. Answers ok, or the version in force.
local version = redis.call('HGET', KEYS[1], 'version') or '0'
if version ~= ARGV[1] then return version end
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'text', ARGV[3])
return 'ok'
