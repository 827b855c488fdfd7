import { inBoth } from './language.ts'

/** What people can do where something could not be told. */
export const waysOut = inBoth({
  en: {
    silent:
      'Silence is not “closed”. See from inside whether it listens, and whether a filter drops packets on the way; then ask again.',
    refused: 'Nothing takes connections there. If something should, see whether it runs; then ask again.',
    lossy: 'The network lost packets. Ask again when it is calmer.',
    noRoute: 'See whether this machine has a way there, then ask again.',
    cut: 'Something at the host or between may cut connections. Ask again, and from another place too.',
    late: 'The time was over. Ask again, for less at once; a proof allows a faster pace.',
    nameServers: 'See whether every name server of the zone answers, then ask again.',
    name: 'See whether the name is spelled right and still published.',
    throttled: 'Too many questions for now. Ask again later.',
    otherService: 'See what listens there; another port or protocol may be meant.',
    tooMuch: 'The answer is larger than what is read. Look at it by hand.',
    registry: 'The registry does not tell it in a way that can be relied on. Ask the registrar.',
    notOurs: 'Portlight cannot read this yet; asking again does not help. Check it with another tool.',
    stopped: 'It was stopped. Ask again.',
    ownFault: 'A fault on our side; the log of the worker says more. Ask again.',
    noWorker: 'No worker took it. See on the queues whether one runs, then ask again.',
    other: 'Ask again. If it stays, ask from another place, or look at the host itself.',
  },
  de: {
    silent:
      'Schweigen heißt nicht „geschlossen“. Von innen nachsehen, ob etwas lauscht und ob ein Filter unterwegs Pakete verwirft; dann noch einmal fragen.',
    refused: 'Dort nimmt nichts Verbindungen an. Sollte es das, nachsehen, ob es läuft; dann noch einmal fragen.',
    lossy: 'Das Netz verlor Pakete. Noch einmal fragen, wenn es ruhiger ist.',
    noRoute: 'Nachsehen, ob von dieser Maschine ein Weg dorthin führt, dann noch einmal fragen.',
    cut: 'Der Host oder etwas dazwischen kappt wohl Verbindungen. Noch einmal fragen, auch von anderswo.',
    late: 'Die Zeit war um. Noch einmal fragen, weniger auf einmal; ein Nachweis erlaubt ein höheres Tempo.',
    nameServers: 'Nachsehen, ob jeder Nameserver der Zone antwortet, dann noch einmal fragen.',
    name: 'Nachsehen, ob der Name richtig geschrieben und noch veröffentlicht ist.',
    throttled: 'Im Moment zu viele Fragen. Später noch einmal fragen.',
    otherService: 'Nachsehen, was dort lauscht; gemeint ist vielleicht ein anderer Port oder ein anderes Protokoll.',
    tooMuch: 'Die Antwort ist größer als das, was gelesen wird. Von Hand ansehen.',
    registry: 'Die Registry sagt es nicht so, dass Verlass darauf wäre. Den Registrar fragen.',
    notOurs:
      'Das kann Portlight noch nicht lesen; noch einmal zu fragen hilft nicht. Mit einem anderen Werkzeug prüfen.',
    stopped: 'Es wurde angehalten. Noch einmal fragen.',
    ownFault: 'Ein Fehler auf unserer Seite; das Log des Workers sagt mehr. Noch einmal fragen.',
    noWorker: 'Kein Worker nahm es. Unter Warteschlangen nachsehen, ob einer läuft, dann noch einmal fragen.',
    other: 'Noch einmal fragen. Bleibt es so, von anderswo fragen oder am Host selbst nachsehen.',
  },
})
