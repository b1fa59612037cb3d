import { expect, test } from '@jest/globals';
import { makePolicyStreams } from '../../api/evidence/policyStreams.ts';
import { readPolicies } from '../../api/evidence/stored.ts';
import type { Recorded } from '../../domain/eventLog.ts';
import { checkPolicyStreams } from '../../domain/evidence/checkEvents.ts';
import { leafText } from '../../domain/evidence/leaf.ts';
import { accrue, softClose, three } from '../projections/accrualHistory.ts';
import { openBooks, openPeriod } from '../projections/masterDataHistory.ts';
import { createMemoryLog } from '../projections/memoryLog.ts';

test('a proof reads rules, accounts and periods, and passes over the accruals that lie between them', async () => {
  const log = createMemoryLog();
  openBooks(log);
  openPeriod(log, '202612');
  softClose(log);
  for (let n = 1; n <= 50; n += 1) accrue(log, `O${n}`, 1, three);
  const key = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' };
  const hashes = { checklistSha256: 'c', trialBalanceSha256: 't', throughPosition: '' };
  log.append('period-ACME.PRIMARY.202611', 'PeriodCloseBegun', { ...key, begunBy: 'fin', reason: 'month end' });
  log.append('period-ACME.PRIMARY.202611', 'PeriodClosed', { ...key, ...hashes });
  const read: Recorded[] = [];
  const store = {
    read: async function* (stream: string, fromRevision = 0) {
      for (const event of log.events) {
        if (event.stream !== stream || event.revision < fromRevision) continue;
        read.push(event);
        yield event;
      }
    },
  };
  const streams = makePolicyStreams(log.feed);
  const last = log.events.at(-1)?.position ?? '';
  const policies = await readPolicies(store, await streams('ACME'), last);
  const types = policies.map(({ event }) => event.type);
  expect(types.filter((type) => type.startsWith('Period'))).toEqual([
    ...['PeriodOpened', 'PeriodOpened', 'PeriodSoftClosed', 'PeriodCloseBegun', 'PeriodClosed'],
  ]);
  expect(types).toEqual(
    expect.arrayContaining(['BusinessUnitDefined', 'PostingRulesPublished', 'AccountMapPublished']),
  );
  expect(read.map(({ type }) => type)).not.toContain('AccrualRecorded');
  // So the verifier must not take what was passed over for rules that were left out.
  const carried = policies.map(({ event }, leafIndex) => ({
    leafIndex,
    sealed: true,
    content: JSON.parse(leafText(event)),
  }));
  expect(checkPolicyStreams(carried)).toEqual([]);
  const before = (await readPolicies(store, await streams('ACME'), log.events.at(-2)?.position ?? '')).length;
  expect(before).toBe(types.length - 1);
});
