import type { CrmAccounts, CrmRow, CrmRowHead } from '../../commands/ports.ts';
import {
  badResponse,
  type HttpAnswer,
  type HttpRequest,
  placesOf,
  read,
  refusalOf,
  type Send,
} from '../http/answers.ts';
import {
  type AccountHead,
  account,
  accountHead,
  accountPage,
  customerType,
  errorAnswer,
  rowsPerPage,
} from './schema.ts';
import { toAccount } from './translate.ts';

export type CrmClientOptions = {
  /** Name of this CRM in events. */
  readonly system: string;
  readonly send: Send;
};

const root = '/api/data/v9.2/accounts';

/** Accounts with up to some dozens of addresses and contacts each. */
const pageBytesMax = 16 * 1024 * 1024;

const heads = ['accountid', 'modifiedon', 'versionnumber'];
const fields = [...heads, 'accountnumber', 'name', 'statecode', 'customertypecode', 'paymenttermscode'];
const address = 'addressnumber,name,line1,line2,city,stateorprovince,county,postalcode,country';
const expanded = [
  'owningbusinessunit($select=name)',
  `Account_CustomerAddress($select=${address})`,
  'contact_customer_accounts($select=contactid,fullname,emailaddress1,telephone1)',
].join(',');

const headers = { accept: 'application/json', 'odata-version': '4.0', prefer: `odata.maxpagesize=${rowsPerPage}` };

const details = { $select: fields.join(','), $expand: expanded };

/** A plus sign is a space to some servers of OData and a plus sign to others. */
const textOf = (query: Readonly<Record<string, string>>): string =>
  new URLSearchParams(query).toString().replaceAll('+', '%20');

/** A text of a filter: a quote in it is written twice. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const filterOf = (unit: string, since: string): string =>
  [
    `owningbusinessunit/name eq ${quoted(unit)}`,
    `customertypecode eq ${customerType}`,
    ...(since === '' ? [] : [`modifiedon ge ${since}`]),
  ].join(' and ');

const headOf = ({ accountid, modifiedon, versionnumber }: AccountHead): CrmRowHead => ({
  accountId: accountid.toLowerCase(),
  rowVersion: versionnumber,
  modifiedAt: new Date(modifiedon).toISOString(),
});

const rowOf = (system: string, head: AccountHead): CrmRow => {
  const parsed = account.safeParse(head);
  return parsed.success
    ? { ...headOf(head), kind: 'ACCOUNT', account: toAccount(system, parsed.data) }
    : { ...headOf(head), kind: 'NOT_UNDERSTOOD', detail: `not understood: ${placesOf(parsed.error)}` };
};

/** Of their link nothing is followed but the token: a link could lead anywhere, and our credentials would go there. */
const tokenIn = (link: string | null | undefined): string | null => {
  const [, token] = /[?&](?:\$|%24)skiptoken=([^&#]+)/i.exec(link ?? '') ?? [];
  try {
    return token === undefined ? null : decodeURIComponent(token);
  } catch {
    return null;
  }
};

export const createCrmClient = ({ system, send }: CrmClientOptions): CrmAccounts => {
  const refused = (operation: string, { body }: HttpAnswer) =>
    badResponse(system, operation, refusalOf(system, operation, errorAnswer, body).code);
  const asked = (
    operation: string,
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): HttpRequest => ({
    ...{ operation, method: 'GET', path: `${path}?${textOf(query)}`, repeatable: true, signal },
    ...{ answerBytesMax: pageBytesMax, headers },
  });

  return {
    system,
    changed: (unit, { since, after, headsOnly = false }, signal) => {
      const operation = 'accounts';
      const query = {
        ...(headsOnly ? { $select: heads.join(',') } : details),
        ...{ $filter: filterOf(unit, since), $orderby: 'modifiedon asc,accountid asc' },
        ...(after !== null && { $skiptoken: after }),
      };
      return send(asked(operation, root, query, signal), (answer) => {
        if (answer.status !== 200) throw refused(operation, answer);
        const { value, '@odata.nextLink': link } = read(system, operation, accountPage, answer.body);
        const next = tokenIn(link);
        if (link != null && (next === null || next === after))
          throw badResponse(system, operation, 'there is more, and no way to it');
        const rows = value.map((head): CrmRow => (headsOnly ? { ...headOf(head), kind: 'HEAD' } : rowOf(system, head)));
        return { rows, next };
      });
    },
    account: (unit, accountId, signal) => {
      const operation = 'account';
      return send(asked(operation, `${root}(${accountId})`, details, signal), (answer) => {
        if (answer.status === 404) {
          refusalOf(system, operation, errorAnswer, answer.body);
          return undefined;
        }
        if (answer.status !== 200) throw refused(operation, answer);
        const head = read(system, operation, accountHead, answer.body);
        if (head.accountid.toLowerCase() !== accountId)
          throw badResponse(system, operation, 'answered for another account');
        const { customertypecode, owningbusinessunit } = account.safeParse(head).data ?? {};
        const isOthers = owningbusinessunit != null && owningbusinessunit.name !== unit;
        const isProspect = customertypecode != null && customertypecode !== customerType;
        return isOthers || isProspect ? undefined : rowOf(system, head);
      });
    },
  };
};
