import { describe, expect, test } from '@jest/globals';
import { secretsAt, type WebhookCommand, webhookDecider } from '../../../domain/webhook/webhook.ts';
import { scenarios } from '../order/scenario.ts';

const given = scenarios(webhookDecider);
const of = { subscriptionId: 'W-1', bu: 'ACME', by: 'kim' };
const where = { url: 'https://hooks.example/', events: null, customers: ['C-1001'] };
const subscribe: WebhookCommand = { type: 'SubscribeWebhook', ...of, ...where, secretId: 'S-1', secret: 'one' };
const rotate = (n: number, previousUntil: string): WebhookCommand => ({
  ...{
    type: 'RotateWebhookSecret',
    ...of,
    secretId: `S-${n}`,
    secret: `secret ${n}`,
    previousUntil,
    reason: 'who left',
  },
});
const pause: WebhookCommand = { type: 'PauseWebhook', ...of, reason: 'our upgrade', automatic: false };
const gone: WebhookCommand = { ...pause, automatic: true, by: 'webhooks' };
const resume: WebhookCommand = { type: 'ResumeWebhook', ...of, reason: 'upgraded' };
const drop: WebhookCommand = { type: 'DeleteWebhook', ...of, reason: 'we poll' };
const again: WebhookCommand = { type: 'RequestRedelivery', ...of, deliveryId: 'D-1', reason: 'mended' };

describe('S-22 a subscription', () => {
  test('is made once, with who made it and whose orders it is about', () => {
    given()
      .when(subscribe)
      .then({ type: 'WebhookSubscribed', data: { url: where.url, customers: ['C-1001'], subscribedBy: 'kim' } });
    given(subscribe).when(subscribe).thenNothing();
    for (const command of [rotate(2, 'x'), pause, resume, drop, again]) given().when(command).thenRefused('NOT_FOUND');
  });

  test('is paused and resumed once each, by people or by the service', () => {
    given(subscribe)
      .when(pause)
      .then({ type: 'WebhookPaused', data: { reason: 'our upgrade', pausedBy: 'kim', automatic: false } });
    given(subscribe)
      .when(gone)
      .then({ type: 'WebhookPaused', data: { pausedBy: 'webhooks', automatic: true } });
    given(subscribe, pause).when(gone).thenNothing();
    given(subscribe, gone)
      .when(resume)
      .then({ type: 'WebhookResumed', data: { resumedBy: 'kim' } });
    given(subscribe).when(resume).thenNothing();
  });

  test('that is deleted has no secrets and takes nothing more', () => {
    given(subscribe)
      .when(drop)
      .then({ type: 'WebhookDeleted', data: { deletedBy: 'kim' } });
    given(subscribe, drop).when(drop).thenNothing();
    expect(given(subscribe, drop).state.secrets).toEqual([]);
    for (const command of [subscribe, rotate(2, 'x'), pause, resume, again])
      given(subscribe, drop).when(command).thenRefused('SUBSCRIPTION_DELETED');
  });

  test('records each wish to have a notice again', () => {
    given(subscribe, again)
      .when(again)
      .then({ type: 'WebhookRedeliveryRequested', data: { deliveryId: 'D-1', requestedBy: 'kim' } });
  });
});

describe('I-08 secrets', () => {
  const names = (at: string, ...commands: readonly WebhookCommand[]): readonly string[] =>
    secretsAt(given(subscribe, ...commands).state, at).map(({ secretId }) => secretId);

  test('sign together while a rotation runs, and the new one alone after it', () => {
    expect(names('2026-11-23T08:00:00.000Z')).toEqual(['S-1']);
    const first = rotate(2, '2026-11-24T08:00:00.000Z');
    expect(names('2026-11-23T08:00:00.000Z', first)).toEqual(['S-2', 'S-1']);
    expect(names('2026-11-24T08:00:00.000Z', first)).toEqual(['S-2']);
  });

  test('are never more than two', () => {
    const both = [rotate(2, '2026-11-24T08:00:00.000Z'), rotate(3, '2026-11-24T09:00:00.000Z')];
    expect(names('2026-11-23T08:00:00.000Z', ...both)).toEqual(['S-3', 'S-2']);
  });
});
