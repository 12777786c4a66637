-- By ARGV[1], who had the lease of a name last: it is his for ARGV[2] ms from now on, or ends (0). ARGV[3], if it is there, is
-- the name's record from now on, and none if it is empty. Answers 1: done; 0: another has had the lease since, or it was ended.
local name, owner, lease, record = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3]
local found = redis.call('HMGET', name, 'owner', 'record', 'until')
-- Where nothing is, the server has lost its data, and there is nothing that was written later.
if (found[1] or found[2]) and (found[1] ~= owner or not found[3]) then
  return 0
end
if lease > 0 then
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  redis.call('HSET', name, 'owner', owner, 'until', string.format('%.0f', now + lease))
else
  redis.call('HDEL', name, 'until')
end
record = record or found[2]
if record and record ~= '' then
  redis.call('HSET', name, 'record', record)
  redis.call('PERSIST', name)
else
  redis.call('HDEL', name, 'record')
  redis.call('EXPIRE', name, 86400)
end
return 1
