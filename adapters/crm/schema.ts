import { z } from 'zod';
import { uuidPattern } from '../../domain/ids.ts';
import { explanation, listOf, named } from '../http/wire.ts';

/**
 * The part of the Dataverse Web API (Dynamics 365 Sales) that we use, by its published names.
 *
 * - `GET /api/data/v9.2/accounts?$select=…&$expand=…&$filter=…&$orderby=modifiedon asc,accountid asc` with
 *   `Prefer: odata.maxpagesize=500` → 200 `{ value: [account], "@odata.nextLink"?: "…$skiptoken=…" }`
 * - `GET /api/data/v9.2/accounts({id})?$select=…&$expand=…` → 200 an account, or 404
 * - `modifiedon`: an instant in whole seconds. `versionnumber`: grows with every change of the row.
 * - `customertypecode` 3: a customer, no prospect. `statecode` 0: active. `paymenttermscode`: a choice of the organisation.
 * - Bearer token. Errors: `{ error: { code, message } }`
 */
export const customerType = 3;

const instant = z.iso.datetime({ offset: true }).max(40);

const versionNumber = z.union([z.int().nonnegative(), z.string().regex(/^\d{1,19}$/)]).transform(String);

/** Which account in which state. A page with a row without that is no page. */
export const accountHead = z.looseObject({
  accountid: z.string().regex(uuidPattern),
  modifiedon: instant,
  versionnumber: versionNumber,
});
export type AccountHead = z.infer<typeof accountHead>;

const text = named(200).nullish();

const address = z.looseObject({
  addressnumber: z.int().min(0).max(10_000),
  ...{ name: text, line1: text, line2: text, city: text, stateorprovince: text },
  ...{ county: text, postalcode: text, country: text },
});
export type Address = z.infer<typeof address>;

const contact = z.looseObject({
  contactid: z.string().regex(uuidPattern),
  ...{ fullname: text, emailaddress1: text, telephone1: text },
});
export type Contact = z.infer<typeof contact>;

const listMax = 2_000;

export const account = accountHead.extend({
  accountnumber: text,
  name: named(200),
  statecode: z.int().min(0).max(1),
  customertypecode: z.int().nullish(),
  paymenttermscode: z.int().nullish(),
  owningbusinessunit: z.looseObject({ name: named(200) }).nullish(),
  Account_CustomerAddress: listOf(address, listMax).nullish(),
  contact_customer_accounts: listOf(contact, listMax).nullish(),
});
export type Account = z.infer<typeof account>;

export const rowsPerPage = 500;

/** Rows are read one by one: one that is not understood holds up no other. */
export const accountPage = z.looseObject({
  value: listOf(accountHead, 5_000),
  '@odata.nextLink': z.string().max(8_000).nullish(),
});

export const errorAnswer = z.looseObject({
  error: z.looseObject({ code: named(200), message: explanation }),
});
