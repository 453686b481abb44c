-- rules replaces the day rules if the version is the expected one. ARGV: expected
-- version, new version, rules. Answers 1, 0 (another version) or missing.
local version = redis.call('HGET', KEYS[1], 'version')
if not version then return 'missing' end
if version ~= ARGV[1] then return '0' end
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'rules', ARGV[3])
return '1'
