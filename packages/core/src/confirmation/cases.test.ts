// The cases of the confirmation's threat list that this part decides, each under its number.
import { expect, test } from '@jest/globals';
import { keys } from '../redis/keys.js';
import { event } from '../testing/samples.js';
import { CODE, pemPair, useConfirmations } from '../testing/use-confirmations.js';
import { hashAction, verifyGrant } from './grant.js';

const judge = useConfirmations();
const task = (id = 'a7f3') => judge.store.read(id);
const answers = async (id = 'a7f3') =>
  (await judge.store.events(id)).flatMap(({ event: happened }) => (happened.type === 'confirmation.answered' ? [happened] : []));

type Case = readonly [id: string, what: string, run: () => Promise<void>];

const CASES: readonly Case[] = [
  [
    'C3',
    'four guesses at each of many requests: the owner’s window closes after ten',
    async () => {
      const judged: string[] = [];
      for (let request = 0; request < 20; request++) {
        await judge.ask('a7f3', `c${request}`);
        for (let guess = 0; guess < 4; guess++) judged.push((await judge.code('a7f3', `000${guess}`)).outcome);
        await judge.confirmations.deny({ taskId: 'a7f3', channel: 'http' });
      }
      expect(judged.filter((outcome) => outcome === 'wrong_code')).toHaveLength(9);
      expect(judged.filter((outcome) => outcome === 'approved')).toEqual([]);
    },
  ],
  [
    'C5',
    'the same answer posted again makes no second transition',
    async () => {
      await judge.ask('a7f3', 'c1');
      const post = () => judge.code('a7f3', CODE, { confirmationId: 'c1' });
      expect(await post()).toMatchObject({ outcome: 'approved' });
      expect(await post()).toEqual({ outcome: 'nothing_pending', taskId: 'a7f3', already: 'approved' });
      expect(await answers()).toHaveLength(1);
    },
  ],
  [
    'C6',
    'a code that was used approves nothing that is asked later',
    async () => {
      await judge.ask('a7f3', 'c1');
      await judge.code('a7f3', CODE);
      await judge.ask('a7f3', 'c2');
      expect(await task()).toMatchObject({ confirmation: { id: 'c2' }, grant: null });
    },
  ],
  [
    'C7',
    'a code for one task does not approve another',
    async () => {
      await judge.running('k2k2');
      await judge.ask('k2k2', 'c1');
      expect(await judge.code('a7f3', CODE)).toMatchObject({ outcome: 'nothing_pending' });
      expect(await judge.code('k2k2', CODE, { confirmationId: 'c9' })).toMatchObject({ outcome: 'expired' });
      expect((await task('k2k2'))?.confirmation?.id).toBe('c1');
    },
  ],
  [
    'C8',
    'with two tasks waiting a bare code is refused and asked about, and counts for neither',
    async () => {
      await judge.running('k2k2');
      await judge.ask('a7f3', 'c1');
      await judge.ask('k2k2', 'c2');
      const said = await judge.confirmations.submit({ code: CODE, channel: 'voice' });
      expect(said).toMatchObject({ outcome: 'ambiguous_task', pending: expect.arrayContaining(['a7f3', 'k2k2']) });
      expect([await judge.at.redis.get(keys.tries('c1')), await judge.at.redis.get(keys.tries('c2'))]).toEqual([null, null]);
    },
  ],
  [
    'C9',
    'a yes to these bytes is none to others: a byte, a space, another form of the same letter',
    async () => {
      const { privatePem, publicPem } = pemPair();
      judge.confirmations = judge.another({ signingKeyPem: privatePem });
      await judge.ask('a7f3', 'c1');
      await judge.code('a7f3', CODE);
      const grant = (await task())?.grant;
      if (!grant) throw new Error('There is no grant.');
      for (const command of ['rm old_backup.pz', 'rm  old_backup.py', 'rm old_backup.py ', 'rm ｏld_backup.py']) {
        const actionHash = hashAction({ command, cwd: '/home/me/calculator' });
        const expected = { confirmationId: 'c1', taskId: 'a7f3', callId: 'c1', actionHash };
        expect(verifyGrant(grant, publicPem, expected, judge.now)).toEqual({ ok: false, reason: 'other_action' });
      }
    },
  ],
  [
    'C13',
    'a code is taken until the last moment and not after it, also when the clock jumps',
    async () => {
      await judge.ask('a7f3', 'c1');
      judge.now += 300_100;
      expect(await judge.code('a7f3', CODE)).toMatchObject({ outcome: 'expired' });
      judge.now -= 3_600_000;
      expect((await task())?.confirmation?.id).toBe('c1');
      judge.now += 3_600_000 - 200;
      expect(await judge.code('a7f3', CODE)).toMatchObject({ outcome: 'approved' });
    },
  ],
  [
    'C14',
    'a code after the task ended changes nothing',
    async () => {
      await judge.ask('a7f3', 'c1');
      await judge.store.commit('a7f3', { as: { role: 'outsider' }, events: [event('task.cancelled')] });
      const before = await task();
      expect(await judge.code('a7f3', CODE)).toMatchObject({ outcome: 'nothing_pending' });
      expect(await judge.code('a7f3', CODE, { confirmationId: 'c1' })).toMatchObject({ outcome: 'expired' });
      expect(await task()).toEqual(before);
    },
  ],
  [
    'C15',
    'a code that nobody asked for is ignored and kept nowhere',
    async () => {
      expect(await judge.code('a7f3', '90817263')).toMatchObject({ outcome: 'nothing_pending' });
      const names = await judge.at.redis.keys('*');
      const dumps = await Promise.all(names.map((name) => judge.at.redis.dump(name)));
      expect(JSON.stringify(dumps)).not.toContain('90817263');
      await judge.ask('a7f3', 'c1');
      expect((await task())?.confirmation?.id).toBe('c1');
    },
  ],
  [
    'C17',
    'a worker killed between the yes and its use: the yes waits; killed after its use: it is spent',
    async () => {
      await judge.ask('a7f3', 'c1');
      await judge.code('a7f3', CODE);
      const claim = event('task.claimed', { attempt: 2, afterCrash: true });
      await judge.byWorker('a7f3');
      await judge.store.commit('a7f3', { as: { role: 'owner', nonce: 'n1' }, events: [], release: true });
      expect((await judge.store.commit('a7f3', { as: { role: 'claim', nonce: 'n2' }, events: [claim] })).kind).toBe('committed');
      const intend = () =>
        judge.store.commit('a7f3', {
          as: { role: 'owner', nonce: 'n2' },
          events: [event('command.intended', { callId: 'c1', confirmationId: 'c1', purpose: 'other' })],
        });
      expect((await intend()).kind).toBe('committed');
      expect((await intend()).kind).toBe('refused');
    },
  ],
  [
    'C18',
    'after a takeover the old attempt can no longer use the yes',
    async () => {
      await judge.ask('a7f3', 'c1');
      await judge.code('a7f3', CODE);
      await judge.store.commit('a7f3', { as: { role: 'owner', nonce: 'n1' }, events: [], release: true });
      await judge.store.commit('a7f3', { as: { role: 'claim', nonce: 'n2' }, events: [event('task.claimed', { attempt: 2 })] });
      const intent = event('command.intended', { callId: 'c1', confirmationId: 'c1', purpose: 'other' });
      expect((await judge.byWorker('a7f3', intent)).kind).toBe('fenced');
      expect((await task())?.grant?.confirmationId).toBe('c1');
    },
  ],
  [
    'C24',
    'a yes written into the record by somebody else proves nothing',
    async () => {
      const { publicPem } = pemPair();
      await judge.ask('a7f3', 'c1');
      await judge.code('a7f3', CODE);
      const grant = (await task())?.grant;
      if (!grant) throw new Error('There is no grant.');
      const { confirmationId, taskId, callId, actionHash } = grant;
      expect(verifyGrant(grant, publicPem, { confirmationId, taskId, callId, actionHash }, judge.now)).toEqual({
        ok: false,
        reason: 'bad_signature',
      });
    },
  ],
];

test.each(CASES)('%s %s', (_, __, run) => run());
