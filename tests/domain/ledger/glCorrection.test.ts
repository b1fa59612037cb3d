import { describe, expect, test } from '@jest/globals';
import { fold } from '../../../domain/decider.ts';
import type { CorrectionData, GlCorrectionEvent } from '../../../domain/ledger/correctionEvents.ts';
import { type CorrectionFact, standingOf, takesEffect } from '../../../domain/ledger/corrections.ts';
import { type GlCorrectionCommand, glCorrectionDecider } from '../../../domain/ledger/glCorrection.ts';

const data: CorrectionData = {
  ...{ bu: 'ACME', ledger: 'PRIMARY', journalId: 'J', source: { eventId: 'E', position: '7' }, templateId: 'T03' },
  ...{ documentRef: 'INV-1', declaredSource: null, orderId: 'O', shipmentId: null, invoiceId: 'I', currency: 'USD' },
  ...{ originalDate: '2026-11-23', reversalOf: null, entries: [], reason: 'wrong account' },
};
const shown = (state: string, reversedBy: string | null = null) => ({ data, journal: { state, reversedBy } });
const restage = (state: string): GlCorrectionCommand => ({ type: 'RestageJournal', ...shown(state) });
const reverse = (state: string, by: string | null = null): GlCorrectionCommand => ({
  ...{ type: 'ReverseJournal', accountingDate: '2026-11-25' },
  ...shown(state, by),
});
const repost = (state: string, by: string | null = null): GlCorrectionCommand => ({
  ...{ type: 'RepostJournal', accountingDate: '2026-11-25', ruleSetVersion: 4 },
  ...shown(state, by),
});
const restaged: GlCorrectionEvent = { type: 'GlRestageRequested', data };
const reversed: GlCorrectionEvent = { type: 'GlReversalRequested', data: { ...data, accountingDate: '2026-11-25' } };
const reposted: GlCorrectionEvent = {
  type: 'GlRepostRequested',
  data: { ...data, accountingDate: '2026-11-25', ruleSetVersion: 4 },
};

const given = (...events: readonly GlCorrectionEvent[]) => ({
  when: (command: GlCorrectionCommand) =>
    glCorrectionDecider.decide(command, fold(glCorrectionDecider, glCorrectionDecider.initial, events)),
});

describe('correction of a journal', () => {
  test.each(['READY', 'HELD', 'UNMAPPED'])('one that is %s is staged again, and is not reversed', (state) => {
    expect(given().when(restage(state))).toEqual([restaged]);
    expect(given().when(reverse(state))).toMatchObject({ refused: 'JOURNAL_NOT_SEALED' });
    expect(given().when(repost(state))).toMatchObject({ refused: 'JOURNAL_NOT_SEALED' });
  });

  test.each([
    'SEALED',
    'EXPORTED',
    'ACKNOWLEDGED',
    'REJECTED',
  ])('G6 one that is %s is reversed, and never staged again', (state) => {
    expect(given().when(reverse(state))).toEqual([reversed]);
    expect(given().when(repost(state))).toEqual([reversed, reposted]);
    expect(given().when(restage(state))).toMatchObject({ refused: 'JOURNAL_SEALED', data: { state } });
  });

  test('each is corrected once; one that was reversed by hand may still be posted anew, once', () => {
    const before = { refused: 'JOURNAL_CORRECTED' };
    expect(given(restaged).when(restage('READY'))).toMatchObject(before);
    expect(given(restaged).when(reverse('SEALED'))).toMatchObject(before);
    expect(given(reversed).when(reverse('ACKNOWLEDGED', 'R'))).toMatchObject(before);
    expect(given(reversed).when(repost('REVERSED', 'R'))).toEqual([reposted]);
    expect(given(reversed, reposted).when(repost('REVERSED', 'R'))).toMatchObject(before);
  });

  test('what its document has taken back, or what was staged again elsewhere, is not corrected', () => {
    const before = { refused: 'JOURNAL_CORRECTED' };
    expect(given().when(reverse('ACKNOWLEDGED', 'T11'))).toMatchObject(before);
    expect(given().when(repost('REVERSED', 'T11'))).toMatchObject(before);
    expect(given().when(restage('SUPERSEDED'))).toMatchObject(before);
  });

  test('a journal that takes another one back is not reversed', () => {
    const command = { ...reverse('ACKNOWLEDGED'), data: { ...data, reversalOf: 'J0' } };
    expect(given().when(command)).toMatchObject({ refused: 'JOURNAL_IS_REVERSAL', data: { reversalOf: 'J0' } });
  });
});

describe('what stands of a journal', () => {
  const fact = (kind: CorrectionFact['kind'], journalId: string, replacedBy: string | null, position: string) => ({
    ...{ kind, journalId, replacedBy, position },
  });

  test('the last version of it, with the accounts of its correction; nothing after a reversal or a void', () => {
    const twice = [
      fact('RESTAGE', 'J', 'J2', '8'),
      fact('REVERSAL', 'J2', null, '9'),
      fact('REPOST', 'J2', 'J3', '9a'),
    ];
    expect(standingOf([], 'J')).toEqual({ journalId: 'J' });
    expect(standingOf(twice.slice(0, 1), 'J')).toEqual({ journalId: 'J2', pinnedAt: '8' });
    expect(standingOf(twice.slice(0, 2), 'J')).toBeUndefined();
    expect(standingOf(twice, 'J')).toEqual({ journalId: 'J3', pinnedAt: '9a' });
    expect(standingOf([...twice, fact('VOID', 'J', null, '9b')], 'J')).toBeUndefined();
    expect(standingOf([fact('RESTAGE', 'J', null, '8')], 'J')).toBeUndefined();
  });

  test('a correction of what its document has voided comes too late, of whatever version', () => {
    const facts = [fact('RESTAGE', 'J', 'J2', '8')];
    const ofVersion = (type: GlCorrectionEvent['type']) => ({ type, data: { journalId: 'J2' } });
    expect(takesEffect(ofVersion('GlReversalRequested'), facts)).toBe(true);
    expect(takesEffect(ofVersion('GlRepostRequested'), facts)).toBe(false);
    const voided = [...facts, fact('VOID', 'J', null, '9')];
    expect(takesEffect(ofVersion('GlReversalRequested'), voided)).toBe(false);
    expect(takesEffect(ofVersion('GlRestageRequested'), voided)).toBe(false);
  });
});
