import { z } from 'zod';
import { uuidPattern } from '../../domain/ids.ts';
import { listOf, named } from '../http/wire.ts';
import { rowState } from './odata.ts';

/**
 * Accounts of Dynamics 365 Sales, by their published names; how they are asked for is in `odata.ts`. `customertypecode` 3: a
 * customer, no prospect. `statecode` 0: active. `paymenttermscode`: a choice of the organisation.
 */
export const customerType = 3;

/** Which account in which state. */
export const accountHead = z.looseObject({ accountid: z.string().regex(uuidPattern), ...rowState });
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
