"""Sentences to fill a mail with, by language. None may look like a quote, a signature or a report."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, ...]] = {
    "en": (
        "The second delivery came this morning and all twelve boxes are complete.",
        "We can start on Monday if the drawings reach us by then.",
        "Please send the invoice to the same address as last time.",
        "The price is fine for us, the colour should be a little darker.",
        "Our workshop is open until six, so any afternoon suits us.",
        "I asked a colleague and she prefers the larger size as well.",
        "There are three chairs left, two of them have small scratches.",
        "The plan on page four shows the door on the wrong side.",
    ),
    "de": (
        "Die zweite Lieferung kam heute früh, alle zwölf Kisten sind vollständig.",
        "Wir können am Montag anfangen, wenn die Zeichnungen bis dahin da sind.",
        "Bitte schicken Sie die Rechnung an die gleiche Anschrift wie zuletzt.",
        "Der Preis passt, die Farbe dürfte etwas dunkler sein.",
        "Unsere Werkstatt ist bis sechs offen, jeder Nachmittag ist recht.",
        "Auf Seite vier ist die Tür auf der falschen Seite gezeichnet.",
    ),
    "fr": (
        "La deuxième livraison est arrivée ce matin, les douze cartons sont complets.",
        "Nous pouvons commencer lundi si les plans sont là.",
        "Le prix nous convient, la couleur pourrait être un peu plus foncée.",
        "Notre atelier est ouvert jusqu'à six heures, tous les après-midi.",
    ),
    "es": (
        "La segunda entrega llegó esta mañana y las doce cajas están completas.",
        "Podemos empezar el lunes si los planos llegan antes.",
        "El precio está bien, el color debería ser un poco más oscuro.",
        "El taller abre hasta las seis, cualquier tarde nos viene bien.",
    ),
    "it": (
        "La seconda consegna è arrivata stamattina, le dodici scatole sono complete.",
        "Possiamo cominciare lunedì se i disegni arrivano prima.",
        "Il prezzo va bene, il colore dovrebbe essere un po' più scuro.",
    ),
    "nl": (
        "De tweede levering kwam vanmorgen, alle twaalf dozen zijn compleet.",
        "We kunnen maandag beginnen als de tekeningen er dan zijn.",
        "De prijs is goed, de kleur mag iets donkerder zijn.",
    ),
    "pt": (
        "A segunda entrega chegou esta manhã e as doze caixas estão completas.",
        "Podemos começar na segunda-feira se os desenhos chegarem antes.",
        "O preço está bom, a cor podia ser um pouco mais escura.",
    ),
    "pl": (
        "Druga dostawa przyszła dziś rano, wszystkie dwanaście skrzyń jest w całości.",
        "Możemy zacząć w poniedziałek, jeśli rysunki dotrą do tego czasu.",
        "Cena nam odpowiada, kolor może być trochę ciemniejszy.",
    ),
    "ru": (
        "Вторая поставка пришла сегодня утром, все двенадцать ящиков на месте.",
        "Мы можем начать в понедельник, если чертежи придут к этому времени.",
        "Цена нас устраивает, цвет может быть немного темнее.",
    ),
    "ja": (
        "二回目の荷物は今朝届き、十二箱すべて揃っています。",
        "図面が届けば月曜日に始められます。",
        "色はもう少し濃いほうがよいです。",
    ),
    "zh": (
        "第二批货今天早上到了，十二箱都齐全。",
        "如果图纸到了，我们星期一就可以开始。",
        "价格可以，颜色最好再深一点。",
    ),
}


def lines(language: str, *, ascii_only: bool) -> tuple[bytes, ...]:
    """The sentences of a language, else of English."""
    chosen = SENTENCES["en"] if ascii_only else SENTENCES.get(language, SENTENCES["en"])
    return tuple(sentence.encode() for sentence in chosen)
