import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { CheckpointMoved, LogRewound } from '../../projections/checkpoint.ts';
import { Inconsistent, isFaultOfEvent, TooManyDeadLetters } from '../../projections/failures.ts';

const coded = (code: string, message = ''): Error => Object.assign(new Error(message), { code });

test.each([
  ['a fold that finds what cannot be', new Inconsistent('order O1 is not there')],
  ['a bug in a fold', new TypeError('cannot read properties of undefined')],
  ['a value that the database refuses', coded('22P02')],
  ['a constraint', coded('23505')],
  ['a guard of the database', coded('P0001')],
  ['something thrown that is no error', 'no'],
  ['nothing', undefined],
])('%s is the fault of an event', (_, error) => {
  expect(isFaultOfEvent(error)).toBe(true);
});

test.each([
  ['another projector', new CheckpointMoved('moved')],
  ['another log', new LogRewound('rewound')],
  ['too much that is set aside already', new TooManyDeadLetters('many')],
  ['a shutdown of the database', coded('57P01', 'terminating connection due to administrator command')],
  ['a lock that was not given', coded('55P03')],
  ['a missing table', coded('42P01')],
  ['a socket that was reset', coded('ECONNRESET', 'read ECONNRESET')],
  ['a socket that was closed', coded('EPIPE', 'write EPIPE')],
  ['a connection that is gone', new Error('Connection terminated unexpectedly')],
  ['an answer to nobody', new Error('Received unexpected commandComplete message from backend.')],
  ['a connection that is not used again', new Error('Postgres connection has been discarded')],
  ['a transaction that was lost', new Error('Transaction was rolled back instead of committed')],
  ['an end that was asked for', Object.assign(new Error('This operation was aborted'), { name: 'AbortError' })],
])('%s is nobody’s fault but the moment’s', (_, error) => {
  expect(isFaultOfEvent(error)).toBe(false);
});

test('an error of another realm, as those of sockets are in a context of its own, counts by what it says', () => {
  const reset: unknown = runInNewContext(`Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })`);
  expect(reset instanceof Error).toBe(false);
  expect(isFaultOfEvent(reset)).toBe(false);
});
