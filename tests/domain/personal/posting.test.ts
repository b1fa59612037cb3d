import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Recorded } from '../../../domain/eventLog.ts';
import type { DomainEvent } from '../../../domain/events.ts';
import { postedEventTypes } from '../../../domain/ledger/postings.ts';
import { typesWithPersonalText, withPersonalText } from '../../../domain/personal/personalFields.ts';
import { erasedText } from '../../../domain/personal/sealedText.ts';
import { journalsOf } from '../ledger/books.ts';

const folder = join(import.meta.dirname, '..', '..', 'golden', 'events');

const storedOf = (type: string): Recorded<DomainEvent> => {
  const { data } = JSON.parse(readFileSync(join(folder, `${type}.v1.golden.json`), 'utf8')) as {
    readonly data: unknown;
  };
  const place = { eventId: 'e', stream: 's-ACME.1', revision: 0, position: '1', recordedAt: '' };
  return {
    type,
    data,
    ...place,
    metadata: { occurredAt: '2026-11-23T12:00:00.000Z' },
  } as unknown as Recorded<DomainEvent>;
};

test('journals are the same whatever the personal text of an event is, also when it is erased', () => {
  const personal = postedEventTypes.filter((type) => typesWithPersonalText.includes(type));
  expect(personal).toEqual([
    'ShipmentVoided',
    'OvershipmentResolved',
    'ShipmentLossReassigned',
    'InvoiceVoided',
    'TaxMismatchAccepted',
    'DepositRefunded',
    'InvoiceWrittenOff',
  ]);
  for (const type of personal) {
    const event = storedOf(type);
    const journals = journalsOf(event);
    expect({ type, lines: journals.flatMap(({ lines }) => lines).length > 0 }).toEqual({ type, lines: true });
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constant(erasedText)), (text) => {
        const changed = withPersonalText(type, event.data, () => text);
        expect(changed).not.toEqual({ ...event.data, reason: undefined });
        expect(journalsOf({ ...event, data: changed } as Recorded<DomainEvent>)).toEqual(journals);
      }),
    );
  }
});
