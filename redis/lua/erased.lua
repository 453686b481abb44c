-- erased notes that all of an employee is gone. ARGV: id. Answers server, ok.
redis.call('SREM', prefix(KEYS[1]) .. 'erasing', ARGV[1])
return {server(), 'ok'}
