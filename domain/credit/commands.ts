type Account = { readonly bu: string; readonly customer: string; readonly currency: string };

export type CreditCommand = Account &
  (
    | { readonly type: 'SetLimit'; readonly limit: string }
    /** Answers with the event `CreditReserved` or `CreditRefused`. `override` reserves above the limit. Reserved before: no event. */
    | { readonly type: 'CheckCredit'; readonly orderId: string; readonly amount: string; readonly override: boolean }
    | { readonly type: 'ReleaseCredit'; readonly orderId: string; readonly cause: string }
    | { readonly type: 'SynchroniseExposure'; readonly openAr: string; readonly asOf: string }
  );
