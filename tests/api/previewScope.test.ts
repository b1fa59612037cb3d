import { describe, expect, test } from '@jest/globals';
import type { Role } from '../../api/permissions.ts';
import type { Principal, Scope } from '../../api/principal.ts';
import { maySeeEvent, visiblePreview } from '../../api/resources/previewScope.ts';
import type { LanePreview } from '../../commands/ports/replay.ts';

const as = (role: Role, businessUnits: Scope = 'all'): Principal => ({
  ...{ tenant: 'default', id: `key:${role}`, kind: 'USER', roles: [role], businessUnits },
  ...{ customers: 'all', nodes: 'all' },
});

const previewOf = (consumer: string): LanePreview => ({
  ...{
    consumer,
    laneKey: 'order:O1',
    waitingCount: 1,
    waiting: [],
    applied: 1,
    error: null,
    rowCount: 1,
    messages: [],
  },
  decisions: [
    {
      ...{ id: 'm1', outcome: 'TAKEN', error: null },
      events: [{ stream: 'credit-ACME.C-1001', type: 'X', data: { amount: '100' } }],
    },
  ],
  rows: [{ table: 't', key: { id: '1' }, before: null, after: { id: '1', bu: 'ACME', amount: '100' } }],
});

const shown = (principal: Principal, consumer: string) => visiblePreview(principal, previewOf(consumer)).rows;

describe('what a preview shows to whom', () => {
  test('operators see the rows that they may read elsewhere, and of others only that they change', () => {
    expect(shown(as('ops'), 'orders')).toMatchObject([{ hidden: false, after: { amount: '100' } }]);
    expect(shown(as('ops'), 'gl_staging')).toEqual([
      { table: 't', key: { id: '1' }, before: null, after: null, hidden: true },
    ]);
    expect(shown(as('admin'), 'gl_staging')).toMatchObject([{ hidden: false }]);
  });

  test('rows of other business units are hidden', () => {
    expect(shown(as('ops', ['OTHER']), 'orders')).toMatchObject([{ hidden: true, after: null }]);
    expect(shown(as('ops', ['ACME']), 'orders')).toMatchObject([{ hidden: false }]);
  });

  test('what a message would record is shown to who may read such events', () => {
    const events = (principal: Principal) => visiblePreview(principal, previewOf('w')).decisions[0]?.events;
    expect(events(as('ops'))).toEqual([{ stream: 'credit-ACME.C-1001', type: 'X', data: null, hidden: true }]);
    expect(events(as('admin'))).toMatchObject([{ data: { amount: '100' }, hidden: false }]);
    expect(events(as('admin', ['OTHER']))).toMatchObject([{ data: null, hidden: true }]);
  });

  test('the data of an event are shown to who may read its kind', () => {
    expect(maySeeEvent(as('ops'), 'order-ACME.O1', 'ACME')).toBe(true);
    expect(maySeeEvent(as('ops'), 'credit-ACME.C-1001', 'ACME')).toBe(false);
    expect(maySeeEvent(as('auditor'), 'credit-ACME.C-1001', 'ACME')).toBe(true);
    expect(maySeeEvent(as('ops', ['OTHER']), 'order-ACME.O1', 'ACME')).toBe(false);
  });
});
