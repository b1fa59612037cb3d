import { describe, expect, test } from '@jest/globals';
import { textFields } from '../../../domain/personal/declared.ts';
import { typesWithPersonalText, withPersonalText } from '../../../domain/personal/personalFields.ts';
import { boundTo, sealedIn, sealedText, withMasked, withOpened } from '../../../domain/personal/sealedText.ts';
import { customerSubject, subjectOf, unitOf, unitSubject } from '../../../domain/personal/subject.ts';

const place = { subject: 'customer:ACME.C-1001', generation: 2, eventId: '0b9c2f2e-aaaa', field: 'lines.0.note' };
const word = sealedText({ ...place, box: 'AbC-_9' });

describe('a sealed word', () => {
  test('is found in a text, whole, with all that it is bound to', () => {
    expect(sealedIn(`Cancelled: ${word}. And ${word}`)).toEqual([
      { text: word, box: 'AbC-_9', ...place },
      { text: word, box: 'AbC-_9', ...place },
    ]);
    expect(boundTo(place)).toBe('1|customer:ACME.C-1001|2|0b9c2f2e-aaaa|lines.0.note');
    expect([withMasked(`a ${word}.`), withOpened(word, () => 'x$&')]).toEqual(['a [personal].', 'x$&']);
  });

  test('is not found in what only looks like it', () => {
    for (const text of ['', 'plain', '⟦sealed:1|x⟧', word.slice(0, -1), word.replace('|2|', '|0|')]) {
      expect(sealedIn(text)).toEqual([]);
      expect(withMasked(text)).toBe(text);
    }
  });
});

describe('whose a text is', () => {
  test('the event says, else the state of its stream, else it is its business unit', () => {
    expect([
      subjectOf('ACME', { soldTo: 'C-1' }, { submitted: { soldTo: 'C-2' } }),
      subjectOf('ACME', { customer: 'C-3' }, null),
      subjectOf('ACME', { issued: { soldTo: 'C-4' } }, {}),
      subjectOf('ACME', {}, { submitted: { soldTo: 'C-5' } }),
      subjectOf('ACME', {}, { soldTo: 'C-6' }),
      subjectOf('ACME', {}, { soldTo: null, submitted: null }),
    ]).toEqual([...[1, 3, 4, 5, 6].map((n) => customerSubject('ACME', `C-${n}`)), unitSubject('ACME')]);
    expect([customerSubject('ACME', 'C.1'), unitSubject('B-2')].map(unitOf)).toEqual(['ACME', 'B-2']);
  });
});

test('what posting reads of an event is never personal', () => {
  // Account determination matches reasons of adjustments: they are declared as what a warehouse says of goods.
  expect(textFields.StockAdjusted.reason).toBe('goods');
  expect(typesWithPersonalText).not.toContain('StockAdjusted');
  expect(withPersonalText('InvoiceIssued', { number: 'A' }, () => 'changed')).toEqual({ number: 'A' });
});
