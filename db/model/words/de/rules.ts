import type { RuleText } from '../rule-text.ts'
import { httpRules } from './rules-http.ts'

/** Die Worte jeder Regel; das Englische steht neben der Regel selbst. */
export const rules: Readonly<Record<string, RuleText>> = {
  'ports/database-exposed': {
    title: 'Eine Datenbank ist erreichbar',
    remedy:
      'Die Datenbank nur an einer privaten Adresse lauschen lassen oder in der Firewall nur die Rechner zulassen, die sie brauchen.',
  },
  'ports/remote-admin-exposed': {
    title: 'Ein Dienst zur Verwaltung ist erreichbar',
    remedy: 'Nach außen schließen und nur über VPN, SSH-Tunnel oder ein Gateway erreichen, das prüft, wer kommt.',
  },
  'ports/cleartext-protocol': {
    title: 'Ein Protokoll ohne Verschlüsselung wird angeboten',
    remedy: 'Schließen und nur die verschlüsselte Form anbieten: SSH und SFTP, IMAP auf 993, POP3 auf 995.',
  },
  'tls/certificate-expired': {
    title: 'Das Zertifikat ist abgelaufen',
    remedy: 'Das Zertifikat erneuern und dafür sorgen, dass der Server das neue lädt; die Erneuerung automatisieren.',
  },
  'tls/certificate-not-yet-valid': {
    title: 'Das Zertifikat ist noch nicht gültig',
    remedy: 'Das Zertifikat erst einsetzen, wenn es gilt, oder die Uhr der ausstellenden Stelle prüfen.',
  },
  'tls/certificate-expires-soon': {
    title: 'Das Zertifikat läuft bald ab',
    remedy:
      'Das Zertifikat jetzt erneuern; sollte es sich selbst erneuern, herausfinden, warum das nicht geschehen ist.',
  },
  'tls/issuer-outside-validity': {
    title: 'Ein Zertifikat über dem des Servers ist abgelaufen oder noch nicht gültig',
    remedy: 'Stattdessen das aktuelle Zwischenzertifikat der CA senden.',
  },
  'tls/certificate-wrong-name': {
    title: 'Das Zertifikat gilt für einen anderen Namen',
    remedy:
      'Ein Zertifikat verwenden, dessen subjectAltName den Namen oder die Adresse enthält, nach denen Clients fragen.',
  },
  'tls/certificate-self-signed': {
    title: 'Das Zertifikat bürgt für sich selbst',
    remedy:
      'Ein Zertifikat einer CA verwenden, der die Clients vertrauen, oder dieses in CA_FILE aufnehmen, wenn alle es kennen.',
  },
  'tls/certificate-missing-intermediate': {
    title: 'Die Zertifikatskette endet vor einer vertrauenswürdigen Wurzel: Ein Aussteller fehlt',
    remedy:
      'Den Server auch die Zwischenzertifikate seiner CA senden lassen; bei einer eigenen CA deren Wurzel in CA_FILE aufnehmen.',
  },
  'tls/certificate-untrusted': {
    title: 'Die Zertifikatskette führt zu keiner vertrauenswürdigen Wurzel',
    remedy:
      'Ein Zertifikat einer CA verwenden, der die Clients vertrauen; bei einer eigenen CA deren Wurzel in CA_FILE aufnehmen.',
  },
  'tls/weak-key': {
    title: 'Ein Schlüssel ist zu kurz',
    remedy: 'Einen neuen Schlüssel erzeugen: RSA mit mindestens 2.048 Bit oder eine elliptische Kurve wie P-256.',
  },
  'tls/weak-signature': {
    title: 'Ein Zertifikat ist mit einem gebrochenen Hashverfahren signiert',
    remedy: 'Das Zertifikat mit SHA-256 oder besser neu ausstellen lassen.',
  },
  'tls/protocol-obsolete': {
    title: 'Eine veraltete TLS-Version wird angenommen',
    remedy: 'TLS 1.0 und TLS 1.1 abschalten; TLS 1.2 und TLS 1.3 belassen.',
  },
  'dns/single-name-server': {
    title: 'Die Zone hängt an einem einzigen Nameserver',
    remedy:
      'Einen zweiten Nameserver auf einem anderen Rechner und in einem anderen Netz ergänzen, beim Registrar und in der Zone.',
  },
  'dns/name-server-lame': {
    title: 'Ein Nameserver bedient die Zone nicht',
    remedy:
      'Die Zone auf diesem Server einrichten oder ihn hier und in der übergeordneten Zone aus den NS-Records nehmen.',
  },
  'dns/cname-dangling': {
    title: 'Ein Alias führt zu einem Namen, den es nicht gibt',
    remedy:
      'Den CNAME-Record entfernen oder sein Ziel wiederherstellen. Wer den fehlenden Namen registrieren kann, antwortet für Ihren.',
  },
  'dns/spf-missing': {
    title: 'Kein SPF-Record sagt, welche Server Mail für die Domain senden dürfen',
    remedy:
      'Einen TXT-Record „v=spf1 … -all“ veröffentlichen, der die Absender nennt; „v=spf1 -all“, wenn die Domain keine Mail sendet.',
  },
  'dns/spf-invalid': {
    title: 'Empfänger verwerfen den SPF-Record als fehlerhaft (permerror)',
    remedy:
      'Beheben, was der Beleg nennt: ein einziger Record, korrekte Grammatik, höchstens 10 Lookups, davon 2 ohne Ergebnis, keine Schleife.',
  },
  'dns/spf-permissive': {
    title: 'Der SPF-Record lässt jeden Mail für die Domain senden',
    remedy:
      'Den Record mit „-all“ enden lassen und die eigenen Absender nennen statt Bereichen, die das halbe Internet abdecken.',
  },
  'dns/spf-neutral': {
    title: 'Der SPF-Record sagt nicht, was mit anderen Absendern geschehen soll',
    remedy: 'Den Record mit „-all“ enden lassen (oder „~all“, solange noch Absender gesucht werden).',
  },
  'dns/dmarc-missing': {
    title: 'Keine DMARC-Policy schützt die Domain vor gefälschten Absendern',
    remedy:
      'Einen TXT-Record „v=DMARC1; p=none; rua=mailto:…“ unter _dmarc veröffentlichen, die Berichte lesen und p dann bis auf reject anheben.',
  },
  'dns/dmarc-invalid': {
    title: 'Der DMARC-Record ist nicht so geschrieben, wie Empfänger es erwarten',
    remedy:
      'Genau einen Record veröffentlichen, der mit „v=DMARC1;“ beginnt und ein p von none, quarantine oder reject hat.',
  },
  'dns/dmarc-permissive': {
    title: 'Die DMARC-Policy lässt gefälschte Mail durch',
    remedy:
      'p, und sp wo gesetzt, auf quarantine und dann auf reject anheben, sobald die Berichte zeigen, dass die eigenen Absender bestehen.',
  },
  'dns/caa-missing': {
    title: 'Jede Zertifizierungsstelle darf für diesen Namen ausstellen',
    remedy: 'Einen CAA-Record mit „issue“ veröffentlichen, der die verwendeten Zertifizierungsstellen nennt.',
  },
  'whois/expires-soon': {
    title: 'Die Registrierung endet innerhalb von 30 Tagen oder hat geendet',
    remedy: 'Die Domain beim Registrar verlängern und automatisch verlängern lassen.',
  },
  'whois/expired': {
    title: 'Die Registrierung hat geendet',
    remedy: 'Die Domain sofort beim Registrar verlängern, bevor sie gelöscht wird und jeder sie registrieren kann.',
  },
  'whois/transfer-lock-missing': {
    title: 'Die Domain ist nicht gegen einen Transfer gesperrt',
    remedy: 'Die Transfersperre (clientTransferProhibited) beim Registrar einschalten.',
  },
  'whois/on-hold': {
    title: 'Die Domain ist auf Hold gesetzt und steht deshalb nicht im DNS',
    remedy:
      'Beim Registrar (clientHold) oder bei der Registry (serverHold) nach dem Grund fragen und den Hold aufheben lassen.',
  },
  'whois/pending-delete': {
    title: 'Die Domain wird gerade gelöscht',
    remedy:
      'Vom Registrar wiederherstellen lassen, solange die redemptionPeriod dauert; in pendingDelete ist es dafür zu spät.',
  },
  ...httpRules,
}

/** Überschriften der Scanner. */
export const scanners: Readonly<Record<string, string>> = {
  ports: 'Offene TCP-Ports',
  tls: 'TLS-Versionen und Zertifikate',
  dns: 'DNS: Records, Nameserver, Mail-Policy',
  whois: 'Domain-Registrierung (RDAP, WHOIS)',
  http: 'Webserver: Weiterleitungen, Header, Cookies und Policies',
}
