import { expect, test } from '@jest/globals';
import { fold } from '../../../domain/decider.ts';
import type { ImportEvent, ImportReceived } from '../../../domain/intake/events.ts';
import { type ImportCommand, importDecider } from '../../../domain/intake/intake.ts';

const about = { bu: 'operations', importId: 'I-1' };
const data: ImportReceived['data'] = {
  ...{ ...about, businessUnit: 'ACME', kind: 'items', dryRun: false },
  ...{ payloadSha256: 'p', bytes: 9, uploadId: 'U-1', requestedBy: 'kim' },
};
const counts = { rows: 2, created: 1, changed: 0, unchanged: 0, refused: 1 };
const received: ImportEvent = { type: 'ImportReceived', data };
const completed: ImportEvent = { type: 'ImportCompleted', data: { ...about, counts } };
const failed: ImportEvent = { type: 'ImportFailed', data: { ...about, detail: 'Row 3' } };
const cancelled: ImportEvent = {
  type: 'ImportCancelled',
  data: { ...about, reason: 'the wrong file', cancelledBy: 'kim' },
};
const complete: ImportCommand = { type: 'CompleteImport', counts };
const fail: ImportCommand = { type: 'FailImport', detail: 'Row 3' };
const cancel: ImportCommand = { type: 'CancelImport', reason: 'the wrong file', cancelledBy: 'kim' };

const { decide, initial } = importDecider;
const after = (...events: readonly ImportEvent[]) => fold(importDecider, initial, events);

test('a file that is sent again under its key is the same import, and its first bytes are taken', () => {
  expect(decide({ type: 'ReceiveImport', ...data }, initial)).toEqual([received]);
  const again: ImportCommand = { type: 'ReceiveImport', ...data, uploadId: 'U-2' };
  expect(decide(again, after(received))).toEqual([]);
  expect(decide(again, after(received, completed))).toEqual([]);
});

test('the first word about how it ended stays', () => {
  expect(decide(complete, after(received))).toEqual([completed]);
  expect(decide(fail, after(received))).toEqual([failed]);
  expect(decide(complete, after(received, cancelled))).toEqual([]);
  expect(decide(fail, after(received, completed))).toEqual([]);
  expect(after(received, completed)).toMatchObject({ phase: 'COMPLETED', completed: { counts } });
  expect(after(received, failed)).toMatchObject({ phase: 'FAILED', problem: 'Row 3' });
});

test('what is not over can be cancelled, once', () => {
  expect(decide(cancel, after(received))).toEqual([cancelled]);
  expect(decide(cancel, after(received, cancelled))).toEqual([]);
  expect(decide(cancel, after(received, completed))).toMatchObject({ refused: 'IMPORT_STATE' });
  expect(decide(cancel, initial)).toMatchObject({ refused: 'NOT_FOUND' });
});
