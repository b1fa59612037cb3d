import { randomUUID } from 'node:crypto';
import { beforeAll } from '@jest/globals';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Role } from '../../api/permissions.ts';
import type { Principal } from '../../api/principal.ts';
import { addDays } from '../../domain/calendar.ts';
import { api, withRealApi } from './fileApi.ts';
import { call, keys } from './testApi.ts';

const partner = (id: string, role: Role, changes: Partial<Principal>): Principal => ({
  tenant: 'default',
  id,
  kind: 'PARTNER',
  roles: [role],
  businessUnits: ['ACME'],
  customers: 'all',
  nodes: 'all',
  ...changes,
});

const partners: Readonly<Record<string, Principal>> = {
  'portal-1001': partner('portal-1001', 'channel', { customers: ['C-1001'] }),
  'portal-1002': partner('portal-1002', 'channel', { customers: ['C-1002'] }),
  'other-unit': partner('other-unit', 'channel', { businessUnits: ['OTHER'] }),
  'dock-other-unit': partner('dock-other-unit', 'warehouse', { businessUnits: ['OTHER'] }),
  books: partner('books', 'finance', {}),
  'books-other-unit': partner('books-other-unit', 'finance', { businessUnits: ['OTHER'] }),
  '3pl-south': partner('3pl-south', 'warehouse', { nodes: ['3PL-SOUTH'] }),
  nord: partner('nord', 'supplier', { nodes: ['SUP-NORD'] }),
  sued: partner('sued', 'supplier', { nodes: ['SUP-SUED'] }),
  '3pl-two': partner('3pl-two', 'warehouse', { nodes: ['3PL-SOUTH', 'DC-WEST'] }),
};

/** Of the first of them. */
export let orderId = '';
let position = '';

/** The application of a file, for partners that are limited to something. */
export const withPartners = (): void => {
  const byKey = makeAuthenticate({ keys });
  withRealApi({ authenticate: async (token) => partners[token] ?? byKey(token) });
  beforeAll(async () => {
    const answer = await call(api, 'POST', '/v1/orders', {
      token: 'portal-1001',
      body: {
        bu: 'ACME',
        channel: 'portal',
        customerPo: `PO-${randomUUID()}`,
        soldTo: 'C-1001',
        shipTo: { id: 'MAIN' },
        currency: 'USD',
        requestedDate: addDays(new Date().toISOString().slice(0, 10), 8),
        lines: [{ lineId: '10', item: 'BRG-6204', qty: '1', uom: 'EA' }],
      },
    });
    orderId = String(answer.body.orderId);
    position = (answer.body.receipt as { readonly position: string }).position;
  });
};

export const get = (token: string, path: string) =>
  call(api, 'GET', path, { token, headers: { 'x-min-position': position } });
