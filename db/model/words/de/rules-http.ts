import type { RuleText } from '../rule-text.ts'

export const httpRules: Readonly<Record<string, RuleText>> = {
  'http/https-unavailable': {
    title: 'HTTPS ist nicht nutzbar',
    remedy: 'HTTPS mit TLS 1.2 oder 1.3 auf dem https-Port anbieten.',
  },
  'http/malformed-response': {
    title: 'Eine Antwort verstößt gegen die Grammatik von HTTP',
    remedy:
      'Herausfinden, welches Programm sie schreibt: Wer zwischen ihm und dem Besucher steht, liest sie womöglich anders.',
  },
  'http/no-https-redirect': {
    title: 'Unverschlüsseltes HTTP wird beantwortet, ohne auf HTTPS zu leiten',
    remedy: 'Jede Anfrage auf dem http-Port mit 301 oder 308 auf dieselbe Adresse mit https beantworten.',
  },
  'http/https-redirect-temporary': {
    title: 'Die Weiterleitung von HTTP auf HTTPS ist nur vorübergehend',
    remedy: '301 oder 308 verwenden, damit Browser und Suchmaschinen sie sich merken.',
  },
  'http/https-redirect-other-host': {
    title: 'HTTP führt zuerst auf HTTPS unter einem anderen Namen',
    remedy:
      'Erst auf https unter demselben Namen weiterleiten und dann auf den anderen: Sonst erhält der erste Name nie seine HSTS-Policy.',
  },
  'http/https-redirect-delayed': {
    title: 'Vor HTTPS kommt mehr als eine unverschlüsselte HTTP-Adresse',
    remedy: 'Von der ersten unverschlüsselten Adresse direkt auf https weiterleiten.',
  },
  'http/redirect-downgrade': {
    title: 'Eine HTTPS-Antwort leitet auf unverschlüsseltes HTTP weiter',
    remedy: 'Nur auf https-Adressen weiterleiten.',
  },
  'http/redirect-loop': {
    title: 'Die Weiterleitungen führen im Kreis',
    remedy:
      'Die Regel finden, die Besucher zurückschickt; oft hält jeder von zwei Servern den anderen für den richtigen.',
  },
  'http/redirect-chain-long': {
    title: 'Vor der Seite kommen mehr als fünf Weiterleitungen',
    remedy: 'Gleich auf die endgültige Adresse weiterleiten.',
  },
  'http/redirect-no-location': {
    title: 'Eine Weiterleitung sagt nicht, wohin',
    remedy: 'Zu jeder 301, 302, 303, 307 und 308 ein Location senden.',
  },
  'http/redirect-bad-location': {
    title: 'Eine Weiterleitung führt zu keiner Webadresse',
    remedy: 'Genau ein Location senden, das eine gültige http- oder https-Adresse ist.',
  },
  'http/redirect-off-site': {
    title: 'Die Weiterleitungen führen zu einer anderen Site',
    remedy: 'Nichts, wenn es so gewollt ist; was dort ist, wurde nicht gefragt.',
  },
  'http/hsts-missing': {
    title: 'Browsern wird nicht gesagt, nur HTTPS zu verwenden',
    remedy: 'Strict-Transport-Security: max-age=31536000; includeSubDomains mit jeder HTTPS-Antwort senden.',
  },
  'http/hsts-invalid': {
    title: 'Die HSTS-Policy ist falsch geschrieben und wird von Browsern ignoriert',
    remedy: 'max-age=ZAHL einmal schreiben; Direktiven durch Semikolon trennen.',
  },
  'http/hsts-disabled': {
    title: 'Die HSTS-Policy lässt Browser sie vergessen',
    remedy: 'max-age von 0 auf ein Jahr anheben.',
  },
  'http/hsts-short': {
    title: 'Die HSTS-Policy gilt für weniger als 180 Tage',
    remedy: 'max-age auf ein Jahr anheben (31536000).',
  },
  'http/hsts-duplicate': {
    title: 'Die HSTS-Policy wird mehrfach gesendet',
    remedy: 'Nur einen Header senden: Browser beachten allein den ersten.',
  },
  'http/hsts-over-http': {
    title: 'Eine HSTS-Policy wird über unverschlüsseltes HTTP gesendet, wo Browser sie ignorieren',
    remedy: 'Nur über HTTPS senden.',
  },
  'http/hsts-no-subdomains': {
    title: 'Die HSTS-Policy lässt die Namen darunter aus',
    remedy: 'includeSubDomains ergänzen, sobald sie alle HTTPS anbieten.',
  },
  'http/hsts-preload-ineligible': {
    title: 'Die HSTS-Policy verlangt Preloading, erfüllt aber die Bedingungen nicht',
    remedy:
      'Preloading verlangt ein max-age von mindestens einem Jahr und includeSubDomains; oder das Wort preload entfernen.',
  },
  'http/nosniff-missing': {
    title: 'Browser dürfen den Typ des Gesendeten raten',
    remedy: 'X-Content-Type-Options: nosniff mit jeder Antwort senden.',
  },
  'http/nosniff-invalid': {
    title: 'X-Content-Type-Options hat einen Wert, den Browser ignorieren',
    remedy: 'nosniff schreiben, sonst nichts.',
  },
  'http/framing-allowed': {
    title: 'Jede Site darf die Seite in einem Frame zeigen',
    remedy:
      "Content-Security-Policy: frame-ancestors 'self' (oder 'none') senden, für alte Browser auch X-Frame-Options.",
  },
  'http/xfo-invalid': {
    title: 'X-Frame-Options hat einen Wert, den Browser ignorieren',
    remedy: 'DENY oder SAMEORIGIN senden; für einzelne Sites frame-ancestors verwenden.',
  },
  'http/xfo-conflict': {
    title: 'X-Frame-Options widerspricht sich',
    remedy: 'Einen Wert senden: herausfinden, welcher Server den anderen hinzufügt.',
  },
  'http/csp-missing': {
    title: 'Keine Content Security Policy begrenzt, was die Seite laden und ausführen darf',
    remedy:
      "Eine Policy senden wie default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'; mit Report-Only beginnen.",
  },
  'http/csp-report-only': {
    title: 'Die Content Security Policy meldet nur',
    remedy: 'Die Policy als Content-Security-Policy senden, sobald keine Meldungen mehr kommen.',
  },
  'http/csp-script-inline': {
    title: 'Die Policy lässt jedes Inline-Skript laufen',
    remedy: "'unsafe-inline' entfernen oder Nonces oder Hashes danebenstellen.",
  },
  'http/csp-script-eval': {
    title: 'Die Policy lässt Text als Skript ausführen',
    remedy: "'unsafe-eval' entfernen.",
  },
  'http/csp-script-any-host': {
    title: 'Die Policy lässt Skripte von beliebigen Hosts zu',
    remedy: "Die Hosts nennen oder Nonces mit 'strict-dynamic' verwenden.",
  },
  'http/csp-script-data': {
    title: 'Die Policy lässt Skripte aus data:-Adressen zu',
    remedy: 'data: aus den Quellen für Skripte entfernen.',
  },
  'http/csp-script-unrestricted': {
    title: 'Die Policy begrenzt Skripte nicht',
    remedy: 'script-src ergänzen, oder default-src für alles, was nicht genannt ist.',
  },
  'http/csp-object-unrestricted': {
    title: 'Die Policy begrenzt Plugins nicht',
    remedy: "object-src 'none' ergänzen.",
  },
  'http/csp-base-uri-missing': {
    title: 'Die Policy lässt ein eingeschleustes base-Element relative Adressen umlenken',
    remedy: "base-uri 'none' oder 'self' ergänzen; default-src deckt es nicht ab.",
  },
  'http/csp-form-action-missing': {
    title: 'Die Policy lässt Formulare überallhin senden',
    remedy: "form-action 'self' ergänzen; default-src deckt es nicht ab.",
  },
  'http/csp-style-inline': {
    title: 'Die Policy lässt jeden Inline-Stil zu',
    remedy: "'unsafe-inline' aus den Quellen für Stile entfernen oder Nonces oder Hashes danebenstellen.",
  },
  'http/csp-unknown-directive': {
    title: 'Die Policy enthält eine Direktive, die keine Spezifikation kennt',
    remedy: 'Die Schreibweise berichtigen: Browser ignorieren sie.',
  },
  'http/csp-unquoted-keyword': {
    title: 'Einem Schlüsselwort der Policy fehlen die Anführungszeichen; es wird als Hostname gelesen',
    remedy: "'self', 'none', 'unsafe-inline' und dergleichen in einfache Anführungszeichen setzen.",
  },
  'http/csp-duplicate-directive': {
    title: 'Eine Direktive steht zweimal in einer Policy; die zweite wird ignoriert',
    remedy: 'Die Quellen beider in die erste schreiben.',
  },
  'http/csp-none-combined': {
    title: "'none' steht neben anderen Quellen und wird ignoriert",
    remedy: "'none' entfernen oder die anderen Quellen.",
  },
  'http/csp-http-source': {
    title: 'Die Policy einer HTTPS-Seite nennt Quellen über unverschlüsseltes HTTP für Skripte',
    remedy: 'https:// vor diese Hosts schreiben oder kein Schema.',
  },
  'http/csp-nonce-short': {
    title: 'Eine Nonce der Policy ist so kurz, dass sie sich erraten lässt',
    remedy: 'Nonces aus mindestens 128 zufälligen Bit erzeugen.',
  },
  'http/csp-meta-ignored': {
    title: 'Eine Policy in einem meta-Element enthält Direktiven, die dort ignoriert werden',
    remedy: 'frame-ancestors, sandbox und report-uri im Header senden.',
  },
  'http/csp-meta-late': {
    title: 'Eine Policy in einem meta-Element steht hinter einem Skript, für das sie nicht gilt',
    remedy: 'Das meta-Element an den Anfang des head setzen oder die Policy als Header senden.',
  },
  'http/csp-deprecated-directive': {
    title: 'Die Policy enthält eine zurückgezogene Direktive',
    remedy: 'Die Direktive entfernen.',
  },
  'http/referrer-policy-missing': {
    title: 'Die Seite sagt nicht, was andere Sites von ihrer Adresse erfahren dürfen',
    remedy: 'Referrer-Policy: strict-origin-when-cross-origin senden, oder no-referrer.',
  },
  'http/referrer-policy-unsafe': {
    title: 'Andere Sites erfahren die ganze Adresse der Seite',
    remedy: 'Referrer-Policy: strict-origin-when-cross-origin senden, oder no-referrer.',
  },
  'http/referrer-policy-invalid': {
    title: 'Referrer-Policy hat keinen Wert, den Browser kennen',
    remedy: 'Die Schreibweise berichtigen; Werte durch Komma trennen.',
  },
  'http/cookie-no-secure': {
    title: 'Ein Cookie kann über unverschlüsseltes HTTP gesendet werden',
    remedy: 'Secure ergänzen.',
  },
  'http/cookie-no-httponly': {
    title: 'Skripte können ein Sitzungs-Cookie lesen',
    remedy: 'HttpOnly ergänzen.',
  },
  'http/cookie-no-samesite': {
    title: 'Ein Sitzungs-Cookie sagt nicht, ob andere Sites es mitsenden lassen dürfen',
    remedy: 'SameSite=Lax oder Strict ergänzen.',
  },
  'http/cookie-none-insecure': {
    title: 'Einem Cookie für andere Sites fehlt Secure; Browser verwerfen es deshalb',
    remedy: 'Bei einem Cookie mit SameSite=None Secure ergänzen.',
  },
  'http/cookie-prefix-violation': {
    title: 'Ein Cookie verletzt die Regeln seines Namens; Browser verwerfen es deshalb',
    remedy: '__Secure- verlangt Secure; __Host- verlangt Secure, Path=/ und kein Domain; beide über HTTPS.',
  },
  'http/cookie-samesite-invalid': {
    title: 'SameSite eines Cookies hat einen Wert, den Browser nicht kennen',
    remedy: 'Strict, Lax oder None schreiben.',
  },
  'http/cookie-domain-invalid': {
    title: 'Ein Cookie gilt für eine Domain, für die der Host es nicht setzen darf; Browser verwerfen es deshalb',
    remedy: 'Domain weglassen oder den Host selbst oder eine registrierbare Domain darüber nennen.',
  },
  'http/cookie-over-http': {
    title: 'Ein Sitzungs-Cookie wird über unverschlüsseltes HTTP gesetzt',
    remedy: 'Nur über HTTPS setzen: Wer mithört, hat es jetzt.',
  },
  'http/cookie-too-large': {
    title: 'Ein Cookie ist zu groß; Browser verwerfen es deshalb',
    remedy: 'Name und Wert zusammen auf höchstens 4096 Oktette begrenzen.',
  },
  'http/server-version': {
    title: 'Server verrät die Version der Software',
    remedy: 'Die Version abschalten (server_tokens off, ServerTokens Prod).',
  },
  'http/technology-header': {
    title: 'Ein Header verrät, womit die Site gebaut ist',
    remedy: 'Den Header entfernen: Niemand braucht ihn.',
  },
  'http/generator-version': {
    title: 'Die Seite verrät die Version der Software, die sie erzeugt hat',
    remedy: 'Das meta-Element mit dem Namen generator entfernen.',
  },
}
