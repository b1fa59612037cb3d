import { z } from 'zod';
import type { CrmPage, CrmPlace, CrmRowHead } from '../../commands/ports.ts';
import { badResponse, type HttpAnswer, type HttpRequest, read, refusalOf, type Send } from '../http/answers.ts';
import { explanation, listOf, named } from '../http/wire.ts';

/**
 * What all tables of the Dataverse Web API (Dynamics 365 Sales) have in common.
 *
 * - `GET /api/data/v9.2/<table>?$select=…&$expand=…&$filter=…&$orderby=modifiedon asc,<id> asc` with
 *   `Prefer: odata.maxpagesize=500` → 200 `{ value: [row], "@odata.nextLink"?: "…$skiptoken=…" }`
 * - `GET /api/data/v9.2/<table>({id})?$select=…&$expand=…` → 200 a row, or 404
 * - Where an expanded list has something expanded within it, `odata.maxpagesize` cuts every list within a row, too; the row then
 *   has `"<list>@odata.nextLink": "…$skiptoken=…"`. Without it up to 5,000 of them are told.
 * - `modifiedon`: an instant in whole seconds. `versionnumber`: grows with every change of the row.
 * - Bearer token. Errors: `{ error: { code, message } }`
 */
export const rowsPerPage = 500;

const versionNumber = z.union([z.int().nonnegative(), z.string().regex(/^\d{1,19}$/)]).transform(String);

/** In which state a row is. A page with a row without that is no page. */
export const rowState = { modifiedon: z.iso.datetime({ offset: true }).max(40), versionnumber: versionNumber };

type RowState = { readonly modifiedon: string; readonly versionnumber: string };

const errorAnswer = z.looseObject({
  error: z.looseObject({ code: named(200), message: explanation }),
});

/** Rows are read one by one: one that is not understood holds up no other. */
const pageOf = <Head>(head: z.ZodType<Head>) =>
  z.looseObject({ value: listOf(head, 5_000), '@odata.nextLink': z.string().max(8_000).nullish() });

/** Rows with up to some dozens of others within each. */
const pageBytesMax = 16 * 1024 * 1024;

const headers = { accept: 'application/json', 'odata-version': '4.0' };
const inPages = { ...headers, prefer: `odata.maxpagesize=${rowsPerPage}` };

type Query = Readonly<Record<string, string>>;

/** A plus sign is a space to some servers of OData and a plus sign to others. */
const textOf = (query: Query): string => new URLSearchParams(query).toString().replaceAll('+', '%20');

/** A text of a filter: a quote in it is written twice. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** `since` empty: whenever it was changed. */
export const changedSince = (since: string): readonly string[] => (since === '' ? [] : [`modifiedon ge ${since}`]);

/** Of their link nothing is followed but the token: a link could lead anywhere, and our credentials would go there. */
const tokenIn = (link: string | null | undefined): string | null => {
  const [, token] = /[?&](?:\$|%24)skiptoken=([^&#]+)/i.exec(link ?? '') ?? [];
  try {
    return token === undefined ? null : decodeURIComponent(token);
  } catch {
    return null;
  }
};

export type CrmClientOptions = {
  /** Name of this CRM in events. */
  readonly system: string;
  readonly send: Send;
};

export type Table<Head extends RowState, Row> = {
  /** Of many rows and of one, as operations and, the former, in addresses. */
  readonly many: string;
  readonly one: string;
  readonly idField: string & keyof Head;
  readonly head: z.ZodType<Head>;
  readonly select: readonly string[];
  readonly expand: readonly string[];
  /** A list within a row that a page may cut. */
  readonly list?: string;
  /** With its details, or as what is not understood. */
  readonly rowOf: (system: string, head: CrmRowHead, row: Head) => Row;
};

type OnlyHead = CrmRowHead & { readonly kind: 'HEAD' };

/** How rows of a table are asked for. All throw `PartnerUnavailable`. */
export const createTable = <Head extends RowState, Row>(
  { system, send }: CrmClientOptions,
  { many, one, idField, head, select, expand, list, rowOf }: Table<Head, Row>,
) => {
  const heads = [idField, 'modifiedon', 'versionnumber'];
  const details = { $select: [...heads, ...select].join(','), $expand: expand.join(',') };
  const page = pageOf(head);
  const idOf = (row: Head): string => String(row[idField]).toLowerCase();
  const headOf = (row: Head): CrmRowHead => ({
    id: idOf(row),
    rowVersion: row.versionnumber,
    modifiedAt: new Date(row.modifiedon).toISOString(),
  });
  const isCut = (row: Readonly<Record<string, unknown>>): boolean => {
    const link = list === undefined ? undefined : row[`${list}@odata.nextLink`];
    return typeof link === 'string' && tokenIn(link) !== null;
  };
  const refused = (operation: string, { body }: HttpAnswer) =>
    badResponse(system, operation, refusalOf(system, operation, errorAnswer, body).code);
  const asked = (operation: string, address: string, query: Query, signal: AbortSignal): HttpRequest => ({
    ...{ operation, method: 'GET', path: `/api/data/v9.2/${address}?${textOf(query)}`, repeatable: true, signal },
    ...{ answerBytesMax: pageBytesMax, headers },
  });

  return {
    /** One whose list is cut is told by its head. */
    changed: (
      filter: readonly string[],
      { after, headsOnly = false }: Pick<CrmPlace, 'after'> & { readonly headsOnly?: boolean },
      signal: AbortSignal,
    ): Promise<CrmPage<Row | OnlyHead>> => {
      const query = {
        ...(headsOnly ? { $select: heads.join(',') } : details),
        ...{ $filter: filter.join(' and '), $orderby: `modifiedon asc,${idField} asc` },
        ...(after !== null && { $skiptoken: after }),
      };
      return send({ ...asked(many, many, query, signal), headers: inPages }, (answer) => {
        if (answer.status !== 200) throw refused(many, answer);
        const { value, '@odata.nextLink': link } = read(system, many, page, answer.body);
        const next = tokenIn(link);
        if (link != null && (next === null || next === after))
          throw badResponse(system, many, 'there is more, and no way to it');
        const rows = value.map((row) =>
          headsOnly || isCut(row) ? { ...headOf(row), kind: 'HEAD' as const } : rowOf(system, headOf(row), row),
        );
        return { rows, next };
      });
    },
    /** Undefined: there is none. */
    single: (id: string, signal: AbortSignal): Promise<Head | undefined> =>
      send(asked(one, `${many}(${id})`, details, signal), (answer) => {
        if (answer.status === 404) {
          refusalOf(system, one, errorAnswer, answer.body);
          return undefined;
        }
        if (answer.status !== 200) throw refused(one, answer);
        const row = read(system, one, head, answer.body);
        if (idOf(row) !== id) throw badResponse(system, one, `answered for another ${one}`);
        return row;
      }),
    read: (row: Head): Row => rowOf(system, headOf(row), row),
  };
};
