import type { MemoryLog } from './memoryLog.ts';
import { playConsumers, playPartnerDocuments, playReservations, playWebhooks } from './outsideHistory.ts';
import { playPromotion } from './promotionHistory.ts';
import { playShadow } from './shadowHistory.ts';
import { playAuditSamples, playCases, playReconciliations, playSnapshots } from './watchedHistory.ts';

/** A period of long ago that was closed, reopened and is soft-closed again. */
const playPeriods = (log: MemoryLog): void => {
  const key = { bu: 'ACME', ledger: 'PRIMARY', period: '202501' };
  const stream = 'period-ACME.PRIMARY.202501';
  const looked = { checklistSha256: 'c', trialBalanceSha256: 't', throughPosition: '1', closedBy: 'kim' };
  log.append(stream, 'PeriodOpened', { ...key, firstDay: '2025-01-01', lastDay: '2025-01-31' });
  log.append(stream, 'PeriodCorrected', { ...key, correctionId: 'fix-1', correctedBy: 'ann' });
  log.append(stream, 'PeriodSoftClosed', key);
  log.append(stream, 'PeriodCloseBegun', { ...key, begunBy: 'kim', reason: 'month end' });
  log.append(stream, 'PeriodClosed', { ...key, ...looked });
  log.append(stream, 'PeriodReopened', { ...key, approvalId: 'approval-BOTH', reason: 'late', reopenedBy: 'kim' });
  log.append(stream, 'PeriodSoftClosed', key);
};

const otherTemplates = {
  ...{ replaces: { version: 1, contentSha256: 'one' }, contentSha256: 'two' },
  differences: [
    { kind: 'ADDED', part: 'templates', key: 'T18', before: null, after: { template: 'T18' } },
    { kind: 'CHANGED', part: 'rules', key: 'COGS', before: { account: '5000' }, after: { account: '5001' } },
  ],
} as const;

/** Approvals in each of their states; limits, of which one is over and one was changed; pauses, of which two are over and one came again. */
export const playOperations = (log: MemoryLog): void => {
  playConsumers(log);
  playPeriods(log);
  for (const name of ['GRANTED', 'DENIED', 'EXPIRED', 'OPEN', 'HALF', 'BOTH', 'RULES']) {
    const about = {
      approvalId: `approval-${name}`,
      bu: 'operations',
      subject: { kind: 'rebuild', id: `rebuild-${name}` },
      payloadSha256: name,
    };
    const stream = `approval-operations.${name}`;
    log.append(stream, 'ApprovalRequested', {
      ...about,
      duty: name === 'HALF' || name === 'BOTH' ? 'PERIOD_REOPENING' : 'REBUILD_SWAP',
      summary: 'Swap orders.',
      link: '/v1/ops/rebuilds/1',
      limit: name === 'OPEN' ? { name: 'messages', allowed: '10', asked: '11' } : null,
      requestedBy: 'kim',
      involved: ['lee'],
      reason: 'a fix',
      expiresAt: '2026-11-24T08:00:00.000Z',
      ...(name === 'RULES' && { aboutBu: 'ACME', change: otherTemplates }),
    });
    if (['GRANTED', 'RULES', 'HALF', 'BOTH'].includes(name))
      log.append(stream, 'ApprovalGranted', { ...about, grantedBy: 'sam', reason: 'looked' });
    if (name === 'BOTH') log.append(stream, 'ApprovalGranted', { ...about, grantedBy: 'ann', reason: 'looked too' });
    if (name === 'DENIED') log.append(stream, 'ApprovalDenied', { ...about, deniedBy: 'sam', reason: 'looks wrong' });
    if (name === 'EXPIRED') log.append(stream, 'ApprovalExpired', about);
  }
  for (const key of ['edi', 'portal']) {
    const about = { bu: 'operations', group: 'channel', key } as const;
    const stream = `limit-operations.channel.${key}`;
    log.append(stream, 'RateLimitSet', { ...about, reason: 'a flood', steps: 50, per: 'second', setBy: 'kim' });
    if (key === 'edi') log.append(stream, 'RateLimitLifted', { ...about, reason: 'over', liftedBy: 'kim' });
    else log.append(stream, 'RateLimitSet', { ...about, reason: 'more', steps: 30, per: 'minute', setBy: 'lee' });
  }
  for (const key of ['wms', 'erp', 'tax']) {
    const about = { bu: 'operations', group: 'adapter', key } as const;
    const paused = { ...about, reason: 'their upgrade', pausedBy: 'kim', automatic: key === 'erp' };
    log.append(`pause-operations.adapter.${key}`, 'WorkPaused', paused);
    if (key !== 'erp')
      log.append(`pause-operations.adapter.${key}`, 'WorkResumed', { ...about, reason: 'over', resumedBy: 'kim' });
  }
  log.append('pause-operations.adapter.wms', 'WorkPaused', {
    ...{ bu: 'operations', group: 'adapter', key: 'wms' },
    ...{ reason: 'once more', pausedBy: 'lee', automatic: false },
  });
  playWebhooks(log);
  playPartnerDocuments(log);
  playReservations(log);
  playCases(log);
  playReconciliations(log);
  playSnapshots(log);
  playAuditSamples(log);
  playShadow(log);
  playPromotion(log, 'ONCE');
  playPromotion(log, 'TWICE', 2);
};
