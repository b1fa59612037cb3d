import { placeText } from '../../projections/eventStream/place.ts';
import type { StreamedEvent } from '../../projections/eventStream/queries.ts';

/** Of `webhook-notice`, which webhooks are sent too. */
const schemaVersion = 1;
export const dataSchema = `/v1/schemas/webhook-notice/${schemaVersion}`;

/** `ORDER_LINES_CHANGED` → `com.throughline.order.lines.changed.v1`. */
const cloudEventType = (type: string): string =>
  `com.throughline.${type.toLowerCase().replaceAll('_', '.')}.v${schemaVersion}`;

/**
 * An event in the JSON format of CloudEvents 1.0, on one line. `id` is the key to drop repetitions by; `sequence`, `recordedtime`
 * and `partitionkey` are as the documented extensions have them: of two events the later one's sequence is the greater text.
 */
export const cloudEventText = (event: StreamedEvent): string => {
  const { eventId, type, bu, orderId, occurredAt, recordedAt, data } = event;
  const head = {
    ...{ specversion: '1.0', id: eventId, source: `urn:throughline:${bu}`, type: cloudEventType(type) },
    ...{ subject: orderId, time: occurredAt, datacontenttype: 'application/json', dataschema: dataSchema },
    ...{ sequence: placeText(event), recordedtime: recordedAt, partitionkey: orderId },
  };
  // The document is text already, and stays the very text that was written down.
  return `${JSON.stringify(head).slice(0, -1)},"data":${data}}`;
};
