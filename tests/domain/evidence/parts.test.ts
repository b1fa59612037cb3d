import { describe, expect, test } from '@jest/globals';
import { noteOfPart, partsOf } from '../../../domain/evidence/parts.ts';

describe('parts of a period, held together', () => {
  const part = (journals: number, after?: string, next?: string) => ({
    ...{
      exportId: 'X',
      bu: 'ACME',
      exportedAt: '',
      treeSize: 1,
      events: 1,
      journalsSha256: '',
      eventsSha256: '',
      journals,
    },
    scope: {
      kind: 'period',
      ledger: 'PRIMARY',
      period: '202611',
      ...(after && { after }),
      ...(next && { next }),
    } as const,
  });
  const [first, second, third] = [part(1000, undefined, '1:a'), part(1000, '1:a', '2:b'), part(7, '2:b')];

  test('are complete in whatever order they come, and a missing one is named by the journal before it', () => {
    expect(partsOf([third, first, second])).toEqual([
      {
        of: 'period 202611 of ACME, ledger PRIMARY',
        complete: true,
        says: ['These 3 parts are the whole period 202611 of ACME, ledger PRIMARY: 2,007 journals.'],
      },
    ]);
    const saysOf = (...parts: readonly (typeof first)[]) => partsOf(parts)[0]?.says;
    expect(saysOf(second, third)).toEqual(['The first part is missing.']);
    expect(saysOf(first, third)).toEqual(['A part is missing: the one behind journal 1:a.']);
    expect(saysOf(first, second)).toEqual(['A part is missing: the one behind journal 2:b.']);
    expect(partsOf([{ ...first, bu: 'OTHER' }, second, third]).map(({ complete }) => complete)).toEqual([false, false]);
  });

  test('may be there twice: a part that was exported again is no other part, and the last one may have grown', () => {
    const grown = { ...third, exportId: 'Y', journals: 9 };
    expect(partsOf([first, second, { ...first, exportId: 'Z' }, third, grown])).toEqual([
      {
        of: 'period 202611 of ACME, ledger PRIMARY',
        complete: true,
        says: ['These 3 parts are the whole period 202611 of ACME, ledger PRIMARY: 2,009 journals.'],
      },
    ]);
    expect(partsOf([second, second])[0]?.says).toEqual([
      'The first part is missing.',
      'A part is missing: the one behind journal 2:b.',
    ]);
  });

  test('alone say that they are parts', () => {
    expect(noteOfPart(second)).toContain('a part of period 202611 of ACME');
    expect(noteOfPart(part(3))).toBeUndefined();
  });
});
