-- The lease of a name ends, if it is that of ARGV[1]. Who had it last stays known.
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'until')
end
return 0
