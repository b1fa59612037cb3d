import type { StockSnapshot } from '../../domain/stockSnapshot/stockSnapshot.ts';
import type { MemoryLog } from './memoryLog.ts';

// What those do who watch the service, and what is compared with partners.

/** An order that was held twice, one whose case was taken over and accepted, and what the service itself cannot get past. */
export const playCases = (log: MemoryLog): void => {
  for (const id of ['AGAIN', 'ACCEPTED', 'OWN']) {
    const bu = id === 'OWN' ? 'operations' : 'ACME';
    const [of, stream] = [{ caseId: `case-${id}`, bu }, `case-${bu}.${id}`];
    const about = {
      ...{ class: id === 'OWN' ? ('DEAD_LETTER' as const) : ('ORDER_HELD' as const), object: { kind: 'order', id } },
      ...{ orderId: id === 'OWN' ? null : id, soldTo: id === 'OWN' ? null : 'C-1001', node: null },
      ...{ since: '2026-11-23T08:00:00.000Z', dueAt: '2026-11-23T12:00:00.000Z' },
      moneyAtRisk: id === 'OWN' ? null : { amount: '13000', currency: 'USD' },
    };
    log.append(stream, 'CaseOpened', { ...of, ...about });
    log.append(stream, 'CaseAssigned', { ...of, owner: 'kim', note: 'looks', assignedBy: 'lee' });
    log.append(stream, 'CaseAssigned', { ...of, owner: 'ann', note: null, assignedBy: 'kim' });
    if (id === 'OWN') continue;
    const outcome = id === 'AGAIN' ? ('FIXED' as const) : ('ACCEPTED' as const);
    log.append(stream, 'CaseResolved', { ...of, outcome, note: 'called them', resolvedBy: 'ann' });
    if (id === 'AGAIN') {
      log.append(stream, 'CaseClosed', of);
      log.append(stream, 'CaseOpened', { ...of, ...about });
    }
  }
};

/** A difference that heals after it was asked for, one that stays and gets other figures, and a run that could not compare. */
export const playReconciliations = (log: MemoryLog): void => {
  const say = (runId: string) => {
    const of = { bu: 'ACME', pair: 'stock', runId } as const;
    const [stream, place] = [`recon-ACME.stock.${runId}`, { node: 'DC-EAST', item: 'BRG-6204', orderId: null }];
    return {
      start: () =>
        log.append(stream, 'ReconciliationStarted', {
          ...of,
          system: 'wms',
          requestedBy: runId === 'ONE' ? 'key:ops' : null,
        }),
      found: (breakId: string, theirs: string) =>
        log.append(stream, 'ReconciliationBreakFound', {
          ...{ ...of, ...place, breakId, object: { kind: 'stock-position', id: breakId }, ours: '10', theirs },
          ...{ difference: (BigInt(theirs) - 10n).toString(), moneyAtRisk: { amount: '600', currency: 'USD' } },
        }),
      explained: (breakId: string, isAsked: boolean) =>
        log.append(stream, 'ReconciliationBreakExplained', {
          ...{ ...of, breakId, references: isAsked ? ['REL-1'] : [] },
          ...(isAsked
            ? ({ class: 'MISSING_HERE', cause: 'CONFIRMATION_LOST', fix: 'RESEND_REQUESTED' } as const)
            : ({ class: 'QUANTITY', cause: 'COUNTS_DIFFER', fix: null } as const)),
        }),
      healed: (breakId: string) => log.append(stream, 'ReconciliationBreakHealed', { ...of, breakId }),
      end: (outcome: 'COMPLETE' | 'INCOMPLETE') =>
        log.append(stream, 'ReconciliationCompleted', {
          ...{ ...of, outcome, reason: outcome === 'COMPLETE' ? null : 'PARTNER_AWAY' },
          cut: outcome === 'COMPLETE' ? { takenAt: '2026-11-23T08:00:00.000Z', theirs: '7', ours: '9' } : null,
          counts: { compared: 3, found: 2, healed: 1, standing: 1 },
        }),
    };
  };
  const [one, two, three] = [say('ONE'), say('TWO'), say('THREE')];
  one.start();
  for (const [breakId, isAsked] of [
    ['LOST', true],
    ['STOLEN', false],
  ] as const) {
    one.found(breakId, '9');
    one.explained(breakId, isAsked);
  }
  one.end('COMPLETE');
  two.start();
  two.explained('LOST', true);
  two.found('STOLEN', '8');
  two.explained('STOLEN', false);
  two.end('INCOMPLETE');
  three.start();
  three.healed('LOST');
};

/** All that a warehouse has, changes to it, and changes to something that never came. */
export const playSnapshots = (log: MemoryLog): void => {
  const of = { bu: 'ACME', node: '3PL-SOUTH', dialectVersion: 1 } as const;
  const line = (item: string, qty: string) =>
    ({ item, said: [{ word: 'OH', qty, lot: 'L-1' }], figures: [{ figure: 'ON_HAND', qty }] }) as const;
  const tell = (
    snapshotId: string,
    minute: string,
    told: Pick<StockSnapshot, 'scope' | 'follows' | 'lines'>,
  ): unknown =>
    log.append(`snapshot-ACME.3PL-SOUTH.${snapshotId}`, 'StockSnapshotTold', {
      ...{ ...of, snapshotId, takenAt: `2026-11-23T08:${minute}:00.000Z`, ...told },
    });
  tell('ALL', '00', { scope: 'FULL', follows: null, lines: [line('BRG-6204', '10'), line('BELT-A42', '4')] });
  tell('MORE', '10', { scope: 'CHANGES', follows: 'ALL', lines: [line('BRG-6204', '-2'), line('GREASE-50', '3')] });
  tell('LATE', '05', { scope: 'PARTIAL', follows: null, lines: [line('BELT-A42', '9')] });
  tell('LESS', '20', { scope: 'FULL', follows: null, lines: [line('BRG-6204', '8')] });
  tell('LOST', '40', { scope: 'CHANGES', follows: 'NEVER-CAME', lines: [line('BRG-6204', '1')] });
};

/** One of lines at random, one by what they are worth. */
export const playAuditSamples = (log: MemoryLog): void => {
  const line = { journalId: 'J-1', lineNo: 1, role: 'AR_TRADE', account: '1100', debit: '10214', credit: '0' };
  const strata = [{ amountFrom: '0', size: 1, count: 2, debit: '10214', credit: '10214' }];
  const drawn = { bu: 'ACME', position: '1', seed: 'Q4', currency: 'USD', strata, reason: 'cut-off', drawnBy: 'kim' };
  log.append('sample-ACME.RANDOM', 'AuditSampleDrawn', {
    ...{ ...drawn, sampleId: 'RANDOM', population: { ledger: 'PRIMARY', period: '202611' }, method: 'RANDOM' },
    lines: [{ ...line, rank: 'a0' }],
  });
  log.append('sample-ACME.MONEY', 'AuditSampleDrawn', {
    ...{ ...drawn, sampleId: 'MONEY', population: { ledger: 'PRIMARY', from: '2026-11-01', to: '2026-11-30' } },
    ...{ method: 'MONETARY_UNIT', lines: [{ ...line, before: '0', hits: 1 }] },
  });
};
