import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'

/** What the API's options are for the browser, and what the browser made of them for the API. */
type Options = Readonly<Record<string, unknown>>
type Response = { readonly id: string } & Readonly<Record<string, unknown>>

const load = () => import('@simplewebauthn/browser')

/** Whether this browser has passkeys at all. */
export const hasPasskeys = (): boolean => 'PublicKeyCredential' in globalThis

/** Lets the browser show a passkey. @throws Error in words of the browser, where it was declined or none fits */
export async function showPasskey(options: Options): Promise<Response> {
  const { startAuthentication } = await load()
  return {
    ...(await startAuthentication({ optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON })),
  }
}

/** Lets the browser make a passkey. @throws Error in words of the browser, where it was declined */
export async function makePasskey(options: Options): Promise<Response> {
  const { startRegistration } = await load()
  return { ...(await startRegistration({ optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON })) }
}
