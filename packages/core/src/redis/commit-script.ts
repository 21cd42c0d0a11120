// The one write: save the task, append its events and transcript, leave the audit trail, count, keep the indexes, mark what is due, tell the readers.
import { AUDIT_LUA } from './audit-log.js';
import { FIGURES_LUA } from './figures.js';
import { PROJECTS_LUA } from './projects.js';
import { script } from './script.js';
import { SPENDING_MS } from './spending.js';

export type CommitReply =
  | ['committed', string, ...spent: [string, string] | []]
  | ['stale']
  | ['fenced']
  | ['leased']
  | ['missing']
  | ['taken']
  | ['repeated', string]
  | ['behind', string];

// KEYS: 1 task · 2 events · 3 transcript · 4 tasks · 5 session · 6 owner · 7 pool · 8 projects · 9 news · 10 audit · 11 figures · 12 undoing · 13 spending of the day · 14 waiting · 15 changed,
//       then the idempotency keys (create only)
// ARGV: 1 id · 2 mode (create|owner|claim|outsider) · 3 nonce · 4 lease ms · 5 expected seq · 6 state · 7 score · 8 release (1|0) · 9 prefix of state indexes · 10 prefix of outboxes
//       11 for how long the audit trail is kept (ms, or '') · 12 nonce a claim displaces, or '' · 13 folder it works in · 14 it is to be undone, 15 it waits for its owner (1|0, or '' as before)
//       16 id of the change, or '' · 17 what of the day's spending it is (micro-dollars), or ''
//       then lists, each behind its length: fields, events, records, channels, idempotency ttls (ms), audit entries, figures
export const commitScript = script<CommitReply>(`${AUDIT_LUA}
${FIGURES_LUA}
${PROJECTS_LUA}
local id, mode, nonce, lease_ms, expected = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local state, score, release = ARGV[6], ARGV[7], ARGV[8] == '1'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'seq', 'nonce', 'lease', 'status')

if mode == 'create' then
  for i = 16, #KEYS do
    local first = redis.call('GET', KEYS[i])
    if first then return { 'repeated', first } end
  end
  if held[1] then return { 'taken' } end
else
  if not held[1] then return { 'missing' } end
  if mode == 'owner' and held[2] ~= nonce then return { 'fenced' } end
  if tonumber(held[1]) ~= expected then return { 'stale' } end
  if mode == 'claim' then
    -- A holder proved dead has no lease to run out; the proof is for this nonce alone, never for one who came after it.
    local lives = held[2] and held[2] ~= '' and tonumber(held[3] or '0') > now
    if lives and held[2] ~= ARGV[12] then return { 'leased' } end
    local busy = working_in(KEYS[8], ARGV[13], id, now)
    if busy then return { 'behind', busy } end
  end
end

local last = 17
local function list()
  local first = last + 2
  last = last + 1 + tonumber(ARGV[last + 1])
  return first, last
end

local first_field, last_field = list()
local first_event, last_event = list()
local first_record, last_record = list()
local seq = expected
for i = first_event, last_event do
  seq = seq + 1
  redis.call('XADD', KEYS[2], seq .. '-0', 'event', ARGV[i])
end
for i = first_record, last_record do redis.call('RPUSH', KEYS[3], ARGV[i]) end

redis.call('HSET', KEYS[1], 'seq', seq, unpack(ARGV, first_field, last_field))
local settled = state == 'finished' or state == 'failed' or state == 'timeout' or state == 'cancelled'
-- Nobody holds a paused task: a holder that was given up for dead must not come back to it.
local rests = settled or state == 'paused'
if rests or release then
  redis.call('HDEL', KEYS[1], 'nonce', 'lease')
elseif mode == 'owner' or mode == 'claim' then
  redis.call('HSET', KEYS[1], 'nonce', nonce, 'lease', now + lease_ms)
end
if mode == 'claim' and not settled then redis.call('HSET', KEYS[8], ARGV[13], id) end
if rests and redis.call('HGET', KEYS[8], ARGV[13]) == id then redis.call('HDEL', KEYS[8], ARGV[13]) end
if ARGV[16] ~= '' then redis.call('HSET', KEYS[1], 'change', ARGV[16]) end

if ARGV[14] == '1' then redis.call('SADD', KEYS[12], id) elseif ARGV[14] == '0' then redis.call('SREM', KEYS[12], id) end
if ARGV[15] == '1' then redis.call('ZADD', KEYS[14], score, id) elseif ARGV[15] == '0' then redis.call('ZREM', KEYS[14], id) end
if held[4] ~= state then
  if held[4] then redis.call('ZREM', ARGV[9] .. held[4], id) end
  redis.call('ZADD', ARGV[9] .. state, score, id)
  if rests then redis.call('ZREM', KEYS[7], id) else redis.call('ZADD', KEYS[7], score, id) end
end
local first_channel, last_channel = list()
local first_ttl, last_ttl = list()
if mode == 'create' then
  for i = 4, 6 do redis.call('ZADD', KEYS[i], score, id) end
  for i = first_ttl, last_ttl do redis.call('SET', KEYS[16 + i - first_ttl], id, 'PX', ARGV[i]) end
end

audit(KEYS[10], ARGV[11], now, list())
add_figures(KEYS[11], list())
local spent
if ARGV[17] ~= '' then
  spent = redis.call('HINCRBY', KEYS[13], 'micros', ARGV[17])
  redis.call('PEXPIRE', KEYS[13], ${SPENDING_MS})
end

if seq > expected then
  redis.call('ZADD', KEYS[15], now, id)
  for i = first_channel, last_channel do redis.call('ZADD', ARGV[10] .. ARGV[i], 'NX', now, id) end
  redis.call('PUBLISH', KEYS[9], id .. ':' .. seq)
end
if spent then return { 'committed', tostring(seq), tostring(spent), redis.call('HGET', KEYS[13], 'passed') or '0' } end
return { 'committed', tostring(seq) }
`);

/** KEYS: task. ARGV: nonce, lease ms, work time and outage so far. 1 while the nonce still owns the task. */
export const renewScript = script<number>(`
if redis.call('HGET', KEYS[1], 'nonce') ~= ARGV[1] then return 0 end
local time = redis.call('TIME')
local lease = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[2])
redis.call('HSET', KEYS[1], 'lease', lease, 'worked_ms', ARGV[3], 'outage_ms', ARGV[4])
return 1
`);

/** KEYS: task, transcript. ARGV: nonce, then an index and the record that takes its place, again and again. 0 when the nonce no longer owns the task. */
export const shortenScript = script<number>(`
if redis.call('HGET', KEYS[1], 'nonce') ~= ARGV[1] then return 0 end
for i = 2, #ARGV, 2 do redis.call('LSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
return 1
`);
