/** Was ein Fehler bedeutet, für Leser der Seiten und für die Formulare; die Überschriften stehen bei den übrigen Worten. */
export const problemSentences: Readonly<Record<string, string>> = {
  'malformed-body': 'Der Inhalt ist kein JSON-Dokument.',
  'malformed-request': 'Die Anfrage ist kein wohlgeformtes HTTP.',
  unauthenticated: 'Einen Schlüssel oder ein Access-Token als Authorization: Bearer … senden, oder anmelden.',
  'wrong-credentials':
    'Adresse, Passwort, Code oder Token sind falsch, verbraucht oder zu alt; was davon, wird nicht gesagt.',
  'account-disabled': 'Ein Admin dieser Instanz hat das Konto deaktiviert.',
  'cross-origin': 'Mit Cookies oder ohne Zugangsdaten dürfen das nur Seiten von PUBLIC_URL senden.',
  'source-not-allowed': 'Der Schlüssel ist gültig, aber nicht von dieser Adresse aus.',
  'target-out-of-reach': 'Der Schlüssel gilt für Ziele mit bestimmten Tags, und dieses hat keines davon.',
  'attestation-off': 'Diese Instanz nimmt nur Nachweise an: ATTESTATION ist off.',
  'sign-up-closed': 'Konten gibt es hier nur auf Einladung.',
  'no-mail': 'Ein Code müsste per Mail gesendet werden, und diese Instanz hat keine SMTP_URL.',
  'role-too-low': 'Ihre Rolle in dieser Organisation oder auf dieser Instanz erlaubt es nicht.',
  'scope-missing': 'Dieser Schlüssel wurde ohne den Scope angelegt, den die Operation braucht.',
  'session-required': 'Nur wer angemeldet ist, darf das, kein Schlüssel.',
  'step-up-required': 'Zuerst den zweiten Faktor noch einmal zeigen; ein Schlüssel genügt nicht.',
  'not-found': 'Eine solche Route gibt es nicht, oder für diesen Schlüssel nichts dergleichen.',
  'method-not-allowed': 'Die Route gibt es mit den Methoden in Allow.',
  conflict: 'Es besteht schon, oder etwas anderes muss zuerst geschehen.',
  'count-changed': 'Es passen nicht so viele Scans wie beim Nachsehen: noch einmal nachsehen; getan wurde nichts.',
  'too-many-matches':
    'Es passt mehr, als eine Anfrage auf einmal betreffen darf: enger filtern; detail sagt, wie viel.',
  'request-in-progress':
    'Die erste Anfrage mit diesem Idempotency-Key hat noch keine Antwort; nach Retry-After noch einmal fragen.',
  gone: 'Es war da und wurde gelöscht, weil es älter war, als aufbewahrt wird, oder mit seinem Ziel.',
  'body-too-large': 'Ein Inhalt darf 1 MiB haben, die Zeilen einer Liste 32 MiB.',
  'unsupported-media-type':
    'Ein Inhalt ist application/json in UTF-8, eine Liste auch text/csv oder application/x-ndjson, ohne Content-Encoding.',
  'invalid-input': 'Ein Feld oder Parameter ist unbekannt, fehlt oder ist falsch; errors nennt jedes.',
  'idempotency-key-reused': 'Dieser Idempotency-Key kam binnen eines Tages mit einer anderen Anfrage.',
  'invalid-cursor': 'Der Cursor ist keiner, den diese Liste ausgegeben hat.',
  'invalid-schedule':
    'Die Felder, die Zeitzone oder der Abstand zweier Läufe ergeben keinen Zeitplan; detail sagt, was falsch ist.',
  'invalid-target': 'Das Ziel ist weder ein Hostname noch eine Adresse.',
  'target-refused': 'Das Ziel darf nicht gescannt werden; code ist die Regel, die es ablehnt.',
  'nothing-to-run': 'Keiner der genannten Scanner nimmt diese Art von Ziel an.',
  'invalid-email': 'Was angegeben wurde, ist keine Mailadresse.',
  'password-refused': 'Das Passwort ist zu kurz, zu lang, verbreitet oder aus Ihren eigenen Angaben gebildet.',
  'too-many-tries':
    'Zu viele falsche Versuche für dieses Konto, oder zu viele Codes dorthin gesendet, innerhalb einer Stunde.',
  'too-many-requests': 'Ein Limit ist aufgebraucht; RateLimit zeigt, welches, und Retry-After, wie lange.',
  'queue-full': 'Es warten so viele Scans Ihrer Organisation, wie dürfen; nach Retry-After noch einmal senden.',
  internal: 'Ein Fehler von uns; die request id findet ihn im Protokoll.',
  unavailable:
    'Die Datenbank ist gerade nicht zu fragen, oder dieser Prozess endet; nach Retry-After noch einmal versuchen.',
}
