import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type DocumentState, documentStates, stateAfter } from '../../../domain/edi/documentState.ts';

const ofGroup = (status: string, ...sets: readonly string[]) => ({
  functionalId: 'PR',
  status,
  sets: sets.map((each, index) => ({ kind: '855', set: `000${index + 1}`, status: each, detail: '' })),
});
const ofInterchange = (status: string) => ({ functionalId: null, status, sets: [] });
const said = (...words: readonly (ReturnType<typeof ofGroup> | ReturnType<typeof ofInterchange>)[]): DocumentState =>
  words.reduce<DocumentState>(stateAfter, 'SENT');

describe('what becomes of a document by what its partner says', () => {
  test.each([
    ['A', 'ACKNOWLEDGED'],
    ['E', 'ACKNOWLEDGED_WITH_ERRORS'],
    ['P', 'PARTIALLY_ACKNOWLEDGED'],
    ['R', 'REJECTED'],
    ['M', 'REJECTED'],
    ['W', 'REJECTED'],
    ['X', 'REJECTED'],
    ['?', 'SENT'],
    ['', 'SENT'],
  ])('AK901 %s makes it %s', (status, state) => {
    expect(said(ofGroup(status))).toBe(state);
  });

  test('its set is the only one of its group, so what is said of that one says more', () => {
    expect(said(ofGroup('P', 'R'))).toBe('REJECTED');
    expect(said(ofGroup('A', 'E'))).toBe('ACKNOWLEDGED_WITH_ERRORS');
    expect(said(ofGroup('A', ''))).toBe('ACKNOWLEDGED');
    expect(said(ofGroup('P', 'A', 'R'))).toBe('PARTIALLY_ACKNOWLEDGED');
  });

  test('a TA1 says that the interchange arrived, or that it was refused', () => {
    expect(said(ofInterchange('A'))).toBe('RECEIVED');
    expect(said(ofInterchange('E'))).toBe('RECEIVED');
    expect(said(ofInterchange('R'))).toBe('REJECTED');
    expect(said(ofGroup('A'), ofInterchange('A'))).toBe('ACKNOWLEDGED');
  });

  test('the newest word on the content holds', () => {
    expect(said(ofGroup('A'), ofGroup('R'))).toBe('REJECTED');
    expect(said(ofGroup('R'), ofGroup('A'))).toBe('ACKNOWLEDGED');
    expect(said(ofInterchange('R'), ofGroup('A'))).toBe('ACKNOWLEDGED');
  });

  test('whatever is said, once judged it is never again only sent or received', () => {
    const status = fc.constantFrom('A', 'E', 'P', 'R', 'X', '', '?');
    const word = fc.oneof(
      status.map(ofInterchange),
      fc.tuple(status, status).map(([group, set]) => ofGroup(group, set)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...documentStates), word, (before, told) => {
        const state = stateAfter(before, told);
        expect(documentStates).toContain(state);
        if (before !== 'SENT' && before !== 'RECEIVED') expect(['SENT', 'RECEIVED']).not.toContain(state);
      }),
    );
  });
});
