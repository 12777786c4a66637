-- The record ARGV[2] of a name, none if it is empty, by ARGV[1], whose lease is ARGV[3] ms from now on. Answers 1: done;
-- 0: another has had the lease since.
local name, owner, record, lease = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
local found = redis.call('HMGET', name, 'owner', 'record')
-- Where nothing is, the server has lost its data, and there is nothing that was written later.
if found[1] ~= owner and (found[1] or found[2]) then
  return 0
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('HSET', name, 'owner', owner, 'until', string.format('%.0f', now + lease))
if record == '' then
  redis.call('HDEL', name, 'record')
  redis.call('EXPIRE', name, 86400)
else
  redis.call('HSET', name, 'record', record)
  redis.call('PERSIST', name)
end
return 1
