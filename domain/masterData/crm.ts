/** What of a customer a business unit may leave to its CRM. Credit limits are the ERP's, prices, groups and taxes stay with finance. */
export const crmFields = ['NAME', 'ACTIVE', 'TERMS', 'SHIP_TOS', 'CONTACTS'] as const;
export type CrmField = (typeof crmFields)[number];

export const crmTermsMax = 100;
export const crmUnitsMax = 200;

/** Storage format, as part of `BusinessUnitDefined`. */
export type CrmQuotes = {
  /** Of quotes that were closed on this day or later (`YYYY-MM-DD`), those that were won become orders. What is earlier was ordered in another way. */
  readonly wonFrom: string;
  /** Its units of measure, in ours; one that is not among them is one of ours. */
  readonly units: readonly { readonly theirs: string; readonly ours: string }[];
};

/** Storage format, as part of `BusinessUnitDefined`. */
export type CrmOwnership = {
  /** How the CRM calls the business unit; absent: by its own code. */
  readonly theirs?: string;
  /** The CRM's word holds in these fields; in all others that of whoever defines the customer. */
  readonly owns: readonly CrmField[];
  /** Their codes of payment terms, in days. A code that is not among them is nobody's default: its account waits. */
  readonly terms: readonly { readonly theirs: string; readonly days: number }[];
  /** What an account that is no customer here yet begins with, beside what the CRM says of it. */
  readonly newCustomers: { readonly group: string; readonly taxCode: string; readonly priceListId: string };
  /** Absent: its quotes become no orders. */
  readonly quotes?: CrmQuotes;
};

/** Storage format, as part of `CustomerDefined`. `rowVersion`: of the account as it was taken last, a whole number that only grows. */
export type CrmAccountRef = { readonly system: string; readonly accountId: string; readonly rowVersion: string };

/** An account as a CRM has it, in our words. */
export type CrmAccount = CrmAccountRef & {
  readonly customer: string;
  readonly name: string;
  readonly active: boolean;
  /** Null: the CRM has none. */
  readonly termsCode: string | null;
  readonly shipTos: readonly { readonly id: string; readonly region: string; readonly address?: string }[];
  readonly contacts: readonly { readonly name: string; readonly email?: string; readonly phone?: string }[];
};
