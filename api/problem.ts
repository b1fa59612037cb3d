import type { ContentCode } from '../domain/contentCodes.ts';
import type { RefusalCode } from '../domain/refusalCodes.ts';
import type { ApiCode } from './apiCodes.ts';

export type ProblemCode = RefusalCode | ContentCode | ApiCode;

export type ProblemRow = { readonly status: number; readonly title: string };

/** The one table from a code to its HTTP status and title. A code without a row does not compile. */
export const problemTable: Readonly<Record<ProblemCode, ProblemRow>> = {
  // 400: the request cannot be read as a request
  MALFORMED_JSON: { status: 400, title: 'The body is not well-formed JSON' },
  MALFORMED_REQUEST: { status: 400, title: 'The request is malformed' },
  DUPLICATE_PROPERTY: { status: 400, title: 'A property is given twice' },
  BODY_TOO_DEEP: { status: 400, title: 'The body is nested too deeply' },
  IDEMPOTENCY_KEY_REQUIRED: { status: 400, title: 'A command needs an Idempotency-Key' },
  IDEMPOTENCY_KEY_INVALID: { status: 400, title: 'The Idempotency-Key is malformed' },
  CORRELATION_ID_INVALID: { status: 400, title: 'The X-Correlation-Id is malformed' },
  MIN_POSITION_INVALID: { status: 400, title: 'The X-Min-Position is malformed' },
  IF_MATCH_INVALID: { status: 400, title: 'The If-Match is malformed' },
  FIELDS_UNKNOWN: { status: 400, title: 'The answer has no such field' },
  CURSOR_INVALID: { status: 400, title: 'The cursor is not one of ours' },
  // 401, 403, 404, 405, 406, 408
  UNAUTHENTICATED: { status: 401, title: 'No valid credentials' },
  FORBIDDEN: { status: 403, title: 'This duty is not yours' },
  PARTNER_SCOPE: { status: 403, title: 'Outside the scope of these credentials' },
  SOD_VIOLATION: { status: 403, title: 'Duties must stay separate' },
  NOT_FOUND: { status: 404, title: 'Not found' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'Method not allowed' },
  NOT_ACCEPTABLE: { status: 406, title: 'Nothing is served here in this form' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request came too slowly' },
  // 409: the state forbids it
  REQUEST_IN_PROGRESS: { status: 409, title: 'The same request is still running' },
  ACCOUNT_UNMAPPED: { status: 409, title: 'An account role has no account' },
  APPROVAL_DECIDED: { status: 409, title: 'The approval is decided' },
  APPROVAL_DENIED: { status: 409, title: 'A second person did not agree' },
  APPROVAL_EXPIRED: { status: 409, title: 'The approval has expired' },
  APPROVAL_REQUIRED: { status: 409, title: 'A second person has to agree' },
  ATP_SHORT: { status: 409, title: 'Not enough is available to promise' },
  BATCH_EMPTY: { status: 409, title: 'There is nothing to seal' },
  CONTROL_NUMBER_REUSED: { status: 409, title: 'The control number was used for something else' },
  CONTROL_NUMBER_TAKEN: { status: 409, title: 'The control number is taken' },
  BILL_CURRENCY: { status: 422, title: 'The bill is in another currency than the purchase order' },
  BILL_EXCEEDS_SHIPPED: { status: 409, title: 'More is billed than has left and is on no bill' },
  BATCH_SEALED: { status: 409, title: 'The batch is sealed' },
  CASE_NOT_OPEN: { status: 409, title: 'The exception is not open' },
  CHANGE_CONTRADICTORY: { status: 409, title: 'The change contradicts the order' },
  CHANGE_EMPTY: { status: 409, title: 'Nothing would change' },
  CONSUMER_DELETED: { status: 409, title: 'The consumer is deleted' },
  CONSUMERS_MAX: { status: 409, title: 'There are as many consumers as there may be' },
  CONSENT_REQUIRED: { status: 409, title: 'The customer has to consent' },
  CREDIT_EXCEEDS_INVOICED: { status: 409, title: 'More would be credited than is left of the invoice' },
  CREDIT_MEMO_INVALID: { status: 422, title: 'The credit memo has no such meaning' },
  CREDIT_REFUSED: { status: 409, title: 'The credit limit does not allow it' },
  DIFFERENCE_UNEXPECTED: { status: 409, title: 'The differences were not expected' },
  EVENT_NOT_SEALED: { status: 409, title: 'No checkpoint covers it yet' },
  EVIDENCE_DAMAGED: { status: 409, title: 'The log or its tree is not what was sealed' },
  GOODS_NOT_INVOICED: { status: 409, title: 'The goods are on no invoice' },
  HOLD_NOT_OPEN: { status: 409, title: 'The hold is not open' },
  HOLD_OPEN: { status: 409, title: 'A hold is open' },
  INVOICE_NOT_CREDITABLE: { status: 409, title: 'The invoice can no longer be credited' },
  INVOICE_NOT_DRAFT: { status: 409, title: 'The invoice is no longer a draft' },
  INVOICE_NOT_ISSUED: { status: 409, title: 'The invoice is not issued' },
  INVOICE_NOT_VOIDABLE: { status: 409, title: 'The invoice can no longer be voided' },
  INVOICE_UNBALANCED: { status: 409, title: 'The totals of the invoice do not add up' },
  JOURNAL_CORRECTED: { status: 409, title: 'The journal was corrected before' },
  JOURNAL_IS_REVERSAL: { status: 409, title: 'The journal takes another one back' },
  JOURNAL_NOT_SEALED: { status: 409, title: 'The journal is not sealed' },
  JOURNAL_SEALED: { status: 409, title: 'The journal is sealed' },
  JOURNAL_UNBALANCED: { status: 409, title: 'Debits and credits differ' },
  LANE_BLOCKED: { status: 409, title: 'An event before it cannot be applied' },
  DEPOSITS_MAX: { status: 409, title: 'The order has as many deposits as it may have' },
  PAYMENTS_MAX: { status: 409, title: 'The invoice has as many payments as it may have' },
  WRITE_OFF_EXCEEDS_OPEN: { status: 409, title: 'So much of the invoice is not open' },
  WRITE_OFFS_MAX: { status: 409, title: 'The invoice has as many write-offs as it may have' },
  DISPUTE_RESOLVED: { status: 409, title: 'The dispute was resolved' },
  INVOICE_NOT_DISPUTABLE: { status: 409, title: 'The invoice cannot be disputed' },
  PAYMENT_EXCEEDED: { status: 409, title: 'So much was not paid' },
  DEPOSIT_EXCEEDED: { status: 409, title: 'So much of the deposit is not left' },
  LINE_CLOSED: { status: 409, title: 'The line is closed' },
  LINE_EXISTS: { status: 409, title: 'The order has such a line' },
  NOT_STOPPABLE: { status: 409, title: 'Nothing is left that can be stopped' },
  NOT_SUBSTITUTABLE: { status: 409, title: 'So much of the line cannot be substituted' },
  ORDER_ALREADY_EXISTS: { status: 409, title: 'The order exists already' },
  ORDER_NOT_OPEN: { status: 409, title: 'The order is not open' },
  PAYLOAD_CHANGED: { status: 409, title: 'The content is not the one that was looked at' },
  PERIOD_CHANGED: { status: 409, title: 'The accounting period changed meanwhile' },
  PERIOD_CLOSED: { status: 409, title: 'The accounting period is closed' },
  PERIOD_NOT_READY: { status: 409, title: 'Something keeps the accounting period from being closed' },
  PERIOD_OUT_OF_ORDER: { status: 409, title: 'Accounting periods open and close in order' },
  PRICE_AGREED: { status: 409, title: 'The order is accepted at its prices' },
  PRICE_MISMATCH: { status: 409, title: 'Another price applies' },
  PROMOTION_BREAKS: { status: 409, title: 'What would come into force breaks what is here' },
  PROMOTION_STALE: { status: 409, title: 'Another version is in force than the one it was made from' },
  QTY_EXCEEDS_RECEIVED: { status: 409, title: 'More than came back' },
  QTY_EXCEEDS_SHIPPED: { status: 409, title: 'More than was shipped' },
  QTY_EXCEEDS_STATUS: { status: 409, title: 'More than is in that status' },
  REBUILD_RUNNING: { status: 409, title: 'The read model is being rebuilt' },
  REBUILD_STATE: { status: 409, title: 'The state of the rebuild does not allow it' },
  RECEIPT_UNKNOWN: { status: 409, title: 'Nothing was received there under that reference' },
  RELEASE_UNKNOWN: { status: 409, title: 'There is no such release' },
  RESERVATION_EXPIRED: { status: 409, title: 'The reservation has expired' },
  RESERVATION_EXTENDED_OFTEN: { status: 409, title: 'The reservation was extended as often as it may be' },
  RESERVATION_UNKNOWN: { status: 409, title: 'There is no such reservation' },
  RULE_SET_NOT_IN_FORCE: { status: 409, title: 'Another rule set is in force' },
  SHADOW_CUT_OVER: { status: 409, title: 'The business unit was cut over to its second ERP' },
  SHADOW_NOT_CLEAN: { status: 409, title: 'The second ERP has not posted as it is to for long enough' },
  SHIPMENT_DROPSHIPPED: { status: 409, title: 'A supplier sends these goods' },
  SHIPMENT_INVOICED: { status: 409, title: 'An invoice of the shipment stands' },
  SHIPMENT_NOT_CONFIRMED: { status: 409, title: 'Nothing of the shipment has left' },
  SHIPMENT_NOT_PLANNED: { status: 409, title: 'The shipment is not planned' },
  SHIPMENT_DELIVERED: { status: 409, title: 'The shipment has arrived' },
  SHIPMENT_RETURNED: { status: 409, title: 'Goods of the shipment are in a return' },
  SHIPMENT_VOIDED: { status: 409, title: 'The shipment is voided' },
  IMPORT_STATE: { status: 409, title: 'The state of the import does not allow it' },
  SIMULATION_STATE: { status: 409, title: 'The state of the simulation does not allow it' },
  RETURN_NOT_INSPECTED: { status: 409, title: 'Goods of the return wait to be looked at' },
  KIT_NOT_RETURNABLE: { status: 409, title: 'A kit does not come back whole' },
  RETURN_NOT_OPEN: { status: 409, title: 'The return has ended' },
  RETURN_WINDOW_CLOSED: { status: 409, title: 'Too long ago to be sent back' },
  SHORT_EXCEEDS_OPEN: { status: 409, title: 'More is called short than is open' },
  SOURCING_UNBALANCED: { status: 409, title: 'A sourcing decision does not add up to the demand' },
  SUBSCRIPTION_DELETED: { status: 409, title: 'The subscription is deleted' },
  CARTON_PACKED: { status: 409, title: 'The carton was packed before' },
  SERIAL_PACKED: { status: 409, title: 'The piece is in another carton' },
  PACK_EXCEEDS_PLANNED: { status: 409, title: 'More is packed than is to leave' },
  SUPPLY_NOT_OPEN: { status: 409, title: 'Nothing of this supply is to come' },
  SUBSCRIPTIONS_MAX: { status: 409, title: 'There are as many subscriptions as there may be' },
  // 410, 412, 413, 415
  PAYLOAD_ERASED: { status: 410, title: 'The message is erased' },
  PAYLOAD_EXPIRED: { status: 410, title: 'The message was kept for long enough' },
  REVISION_MISMATCH: { status: 412, title: 'The resource has changed' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'Only uncompressed JSON in UTF-8 is read here' },
  // 422: the content
  VALIDATION_FAILED: { status: 422, title: 'The content is not valid' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The Idempotency-Key was used for another request' },
  BUSINESS_KEY_REUSED: { status: 422, title: 'The business key was used for other content' },
  ARTEFACT_ALTERED: { status: 422, title: 'The artefact was changed after it was signed' },
  ARTEFACT_UNTRUSTED: { status: 422, title: 'The artefact is signed by a key that is not trusted here' },
  MASTER_DATA_INVALID: { status: 422, title: 'The master data does not allow it' },
  LINE_UNKNOWN: { status: 422, title: 'There is no such line' },
  NUMERIC_FORMAT: { status: 422, title: 'Money and quantities are text' },
  UNKNOWN_PROPERTY: { status: 422, title: 'A property is unknown' },
  REQUIRED: { status: 422, title: 'A property is missing' },
  TYPE_INVALID: { status: 422, title: 'A value has the wrong type' },
  KNOWN_AS_OF_TOO_OLD: { status: 422, title: 'Nothing was known yet' },
  REPORT_TOO_LARGE: { status: 422, title: 'The report takes in too much' },
  VALUE_INVALID: { status: 422, title: 'A value is not allowed' },
  TEXT_INVALID: { status: 422, title: 'A text has characters that cannot be kept' },
  SIZE_INVALID: { status: 422, title: 'Too much or too little of something' },
  COST_KNOWN: { status: 422, title: 'What it costs is known' },
  GOODS_NOT_SHIPPED: { status: 422, title: 'Nothing of it stands as shipped' },
  NOTHING_SCRAPPED: { status: 422, title: 'Nothing was scrapped' },
  FORMAT_INVALID: { status: 422, title: 'A text has the wrong form' },
  DATE_INVALID: { status: 422, title: 'A date or instant is not valid' },
  DUPLICATE_LINE: { status: 422, title: 'A line is given twice' },
  CUSTOMER_UNKNOWN: { status: 422, title: 'The customer is unknown' },
  CUSTOMER_INACTIVE: { status: 422, title: 'The customer is not active' },
  ITEM_UNKNOWN: { status: 422, title: 'The item is unknown' },
  ITEM_INACTIVE: { status: 422, title: 'The item is not active' },
  NODE_UNKNOWN: { status: 422, title: 'The node is unknown' },
  NODE_KEEPS_NO_STOCK: { status: 422, title: 'A supplier node keeps no stock' },
  SHIP_TO_UNKNOWN: { status: 422, title: 'The ship-to is unknown' },
  UOM_UNKNOWN: { status: 422, title: 'The item is not handled in this unit' },
  UOM_NOT_DIVISIBLE: { status: 422, title: 'Not a whole number of base units' },
  PRICE_MISSING: { status: 422, title: 'The item has no price' },
  PRICE_NOT_CONVERTIBLE: { status: 422, title: 'The price cannot be kept exactly' },
  BU_UNKNOWN: { status: 422, title: 'The business unit is unknown' },
  BILL_TO_UNKNOWN: { status: 422, title: 'The bill-to is unknown' },
  LEDGER_UNKNOWN: { status: 422, title: 'The ledger is unknown' },
  PARTNER_UNKNOWN: { status: 422, title: 'The EDI partner is unknown' },
  PRICE_LIST_UNKNOWN: { status: 422, title: 'The price list is unknown' },
  KIT_NOT_ORDERABLE: { status: 422, title: 'The kit cannot be ordered' },
  KIT_NOT_STOCKED: { status: 422, title: 'A kit is not stocked' },
  KIT_NOT_SUBSTITUTED: { status: 422, title: 'A kit has no substitute and is none' },
  DATE_IN_PAST: { status: 422, title: 'The date has passed' },
  DATE_TOO_FAR: { status: 422, title: 'The date is too far away' },
  DUPLICATE_CHARGE: { status: 422, title: 'A charge is given twice' },
  QTY_NEGATIVE: { status: 422, title: 'A quantity must not be below zero' },
  QTY_NOT_POSITIVE: { status: 422, title: 'A quantity must be above zero' },
  QTY_TOO_LARGE: { status: 422, title: 'A quantity is too large' },
  RATIO_NOT_DIVISIBLE: { status: 422, title: 'Not a whole number of the substitute' },
  SUBSTITUTE_UNKNOWN: { status: 422, title: 'The item does not stand for the one that was ordered' },
  STATUS_SAME: { status: 422, title: 'Both statuses are the same' },
  FIXED_FOR_EVER: { status: 422, title: 'This can no longer be changed' },
  TAX_MAPPING_MISSING: { status: 422, title: 'A tax code is not mapped' },
  CURRENCY_MISMATCH: { status: 422, title: 'Another currency' },
  CATCH_WEIGHT_NOT_SOLD: { status: 422, title: 'The item is sold by weight' },
  CHARGE_NEGATIVE: { status: 422, title: 'A charge must not be below zero' },
  LINES_MISSING: { status: 422, title: 'There is no line' },
  MAPPING_MISSING: { status: 422, title: 'A word of the sender is not mapped' },
  LINES_TOO_MANY: { status: 422, title: 'There are too many lines' },
  MINUTES_TOO_MANY: { status: 422, title: 'It would be kept for too long' },
  PERIOD_INVALID: { status: 422, title: 'A period is a year and a month' },
  SHIPMENT_UNKNOWN: { status: 422, title: 'The shipment is unknown' },
  INTERCHANGE_INVALID: { status: 422, title: 'The interchange cannot be trusted' },
  // 422: definitions
  ACCOUNT_RULE_AMBIGUOUS: { status: 422, title: 'Two rules can both apply' },
  ACCOUNT_RULE_FIELD_UNUSABLE: { status: 422, title: 'A rule asks for what its postings do not know' },
  ACCOUNT_UNKNOWN: { status: 422, title: 'The account is not in the chart' },
  CODE_INVALID: { status: 422, title: 'This is no code' },
  CURRENCY_INVALID: { status: 422, title: 'This is no currency' },
  DUPLICATE: { status: 422, title: 'Something is listed twice' },
  KIT_EMPTY: { status: 422, title: 'A kit has components' },
  KIT_IN_KIT: { status: 422, title: 'A kit is not made of kits' },
  NEVER_OPEN: { status: 422, title: 'A node works on some day' },
  NODE_INACTIVE: { status: 422, title: 'The node is not active' },
  NODE_NEVER_OPEN: { status: 422, title: 'The node never works' },
  NOT_A_KIT: { status: 422, title: 'Only a kit has components' },
  NOT_POSITIVE: { status: 422, title: 'A number must be above zero' },
  OUT_OF_RANGE: { status: 422, title: 'A number is out of its range' },
  RATE_INVALID: { status: 422, title: 'This is no percentage' },
  ROLE_UNKNOWN: { status: 422, title: 'The account role is unknown' },
  SHIP_TO_MISSING: { status: 422, title: 'A customer has a ship-to' },
  SUPPLIER_NODE: { status: 422, title: 'A supplier supplies nothing from stock' },
  TEMPLATE_INCOMPLETE: { status: 422, title: 'A posting template needs another one' },
  TEMPLATE_UNKNOWN: { status: 422, title: 'The posting template is unknown' },
  TIME_INVALID: { status: 422, title: 'This is no time of the day' },
  TIME_ZONE_UNKNOWN: { status: 422, title: 'The time zone is unknown' },
  TOO_MANY: { status: 422, title: 'There are too many entries' },
  // 429, 431, 5xx
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The head of the request is too large' },
  INTERNAL_ERROR: { status: 500, title: 'Something went wrong on our side' },
  READ_MODEL_BEHIND: { status: 503, title: 'The read model is not there yet' },
  TRANSFER_ENCODING_UNKNOWN: { status: 501, title: 'This transfer encoding is not understood' },
  SERVICE_UNAVAILABLE: { status: 503, title: 'Not available at the moment' },
  COMMAND_TIMEOUT: { status: 503, title: 'It took too long' },
};

/** One thing wrong with a request: a JSON pointer, a code of the catalogue and a sentence. */
export type ProblemError = { readonly pointer: string; readonly code: string; readonly detail: string };

export type ProblemOptions = {
  readonly errors?: readonly ProblemError[];
  /** Extra members of the document, e.g. what is available now. */
  readonly data?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** False: the answer may be another one next time, so it is not kept under the idempotency key. */
  readonly retain?: boolean;
};

/** How a step of the HTTP edge says "no". Never thrown by the domain. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly options: ProblemOptions;
  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail);
    this.code = code;
    this.status = problemTable[code].status;
    this.options = options;
  }
}

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problemTable, code);

export const problemSlug = (code: string): string => code.toLowerCase().replaceAll('_', '-');

const reserved = new Set(['type', 'title', 'status', 'code', 'detail', 'instance', 'correlationId', 'errors']);

/** The RFC 9457 document. `instance` is the path of the request; `data` never hides a standard member. */
export const problemDocument = (
  problem: HttpProblem,
  instance: string,
  correlationId: string,
): Readonly<Record<string, unknown>> => ({
  ...Object.fromEntries(Object.entries(problem.options.data ?? {}).filter(([name]) => !reserved.has(name))),
  type: `/problems/${problemSlug(problem.code)}`,
  title: problemTable[problem.code].title,
  status: problem.status,
  code: problem.code,
  detail: problem.message,
  instance,
  correlationId,
  ...(problem.options.errors !== undefined && { errors: problem.options.errors }),
});
