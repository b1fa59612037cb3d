import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Role } from '../../api/permissions.ts';
import type { RealApi } from './realApi.ts';
import { call } from './testApi.ts';

const today = new Date().toISOString().slice(0, 10);
export const period = today.slice(0, 7).replace('-', '');
export const shrinkage = { ledger: 'PRIMARY', period, roles: ['SHRINKAGE'] };
export const byMoney = { kind: 'MONETARY_UNIT', size: 4 };
export const random = { kind: 'RANDOM', size: 4 };

export type Drawn = {
  readonly sampleId: string;
  readonly seed: string;
  readonly knownAsOf: string;
  readonly populationHref: string;
  readonly lines: readonly {
    readonly journalId: string;
    readonly lineNo: number;
    readonly debit: string;
    readonly rank?: string;
    readonly before?: string;
    readonly hits?: number;
    readonly proof: string;
  }[];
  readonly receipt: { readonly position: string };
};

/** What is asked about samples of what was lost from stock. */
export const sampleCalls = (api: () => RealApi) => {
  const move = async (kind: string, qty: string, more: object): Promise<void> => {
    const body = {
      bu: 'ACME',
      node: 'DC-EAST',
      item: 'BRG-6204',
      kind,
      qty,
      uom: 'EA',
      reference: randomUUID(),
      ...more,
    };
    expect((await call(api(), 'POST', '/v1/stock-movements', { role: 'warehouse', body })).status).toBe(201);
  };

  const draw = (
    changes: object = {},
    options: { readonly key?: string; readonly role?: Role; readonly token?: string } = {},
  ) =>
    call(api(), 'POST', '/v1/audit/samples', {
      ...{ role: 'auditor', ...options },
      body: { bu: 'ACME', population: shrinkage, method: random, reason: 'stock that was lost', ...changes },
    });

  const drawn = async (changes: object = {}): Promise<Drawn> => {
    const answer = await draw(changes);
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 201 });
    return answer.body as unknown as Drawn;
  };

  const get = (path: string, options: { readonly role?: Role; readonly token?: string; readonly min?: string } = {}) =>
    call(api(), 'GET', path, {
      ...{ role: 'auditor', ...options },
      ...(options.min !== undefined && { headers: { 'x-min-position': options.min } }),
    });
  return { draw, drawn, get, move };
};

/** What is asked for, and what is told to be wrong with it. */
export const faultyDraws: readonly (readonly [changes: object, expected: readonly string[]])[] = [
  [{ population: { ledger: 'PRIMARY' } }, ['/population/period VALUE_INVALID']],
  [{ population: { ...shrinkage, from: today, to: today } }, ['/population/period VALUE_INVALID']],
  [{ population: { ledger: 'PRIMARY', from: today } }, ['/population/to VALUE_INVALID']],
  [{ population: { ledger: 'PRIMARY', from: '2026-02-02', to: '2026-02-01' } }, ['/population/to VALUE_INVALID']],
  [{ population: { ...shrinkage, amountFrom: '1000', amountTo: '999' } }, ['/population/amountTo VALUE_INVALID']],
  [
    { population: { ...shrinkage, amountFrom: 7, amountTo: '1e3' } },
    ['/population/amountFrom NUMERIC_FORMAT', '/population/amountTo NUMERIC_FORMAT'],
  ],
  [
    { population: { ...shrinkage, ledger: 'NONE' }, seed: 'a b' },
    ['/population/ledger LEDGER_UNKNOWN', '/seed FORMAT_INVALID'],
  ],
  [{ method: { kind: 'RANDOM', size: 501 } }, ['/method/size SIZE_INVALID']],
  [
    {
      method: {
        kind: 'STRATIFIED',
        strata: [
          { amountFrom: '1', size: 1 },
          { amountFrom: '1', size: 1 },
        ],
      },
    },
    ['/method/strata/0/amountFrom VALUE_INVALID', '/method/strata/1/amountFrom VALUE_INVALID'],
  ],
  [
    {
      method: {
        kind: 'STRATIFIED',
        strata: [
          { amountFrom: '0', size: 300 },
          { amountFrom: '1', size: 300 },
        ],
      },
    },
    ['/method/strata SIZE_INVALID'],
  ],
  [{ knownAsOf: 'soon', more: 1 }, ['/knownAsOf VALUE_INVALID', '/more UNKNOWN_PROPERTY']],
];
