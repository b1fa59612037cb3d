import type { Operation, Role } from '../permissions.ts';

/** Who may read what people wrote about customers. Who keeps the service or a warehouse going sees that there is something. */
const personalTextReaders: readonly Role[] = ['channel', 'finance', 'auditor', 'admin'];

export const seesPersonalText = (held: readonly Role[]): boolean =>
  held.some((role) => personalTextReaders.includes(role));

/** Answers that are evidence, or are checked against it: with personal text as the log holds it, sealed. */
const asStored: ReadonlySet<Operation> = new Set([
  'readStreamState',
  'listAuditEvents',
  'readAuditEvent',
  'proveEvent',
  'proveGlLine',
  'exportEvidence',
  'readEvidenceExport',
]);

export const showsAsStored = (operation: Operation): boolean => asStored.has(operation);

/** Answers in which a webhook's secret is shown: to whoever just made it, and in no other. */
const showingSecrets: ReadonlySet<Operation> = new Set(['subscribeWebhook', 'rotateWebhookSecret']);

export const showsSecrets = (operation: Operation): boolean => showingSecrets.has(operation);
