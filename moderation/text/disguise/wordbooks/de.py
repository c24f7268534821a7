"""Words that people disguise in German."""

from __future__ import annotations

from moderation.text.disguise.speller import Wordbook

BOOK = Wordbook(
    insults="""
    arsch arschloch arschlöcher arschgeige arschgesicht arschkriecher scheiße scheisse scheiß
    scheiss scheißkerl scheißdreck beschissen fick ficken ficker gefickt verfickt fickt ficke
    hure huren hurensohn hurensöhne hurenkind nutte nutten schlampe schlampen fotze fotzen
    wichser wichsen wixer wixxer wichse pisser pissnelke verpiss verpisst schwuchtel schwuchteln
    schwuler tunte transe kampflesbe neger negerin bimbo nigger kanake kanaken kanacke
    kümmeltürke ziegenficker kameltreiber zigeuner schlitzauge judensau judenschwein nazi nazis
    nazischwein faschist faschisten spast spasti spasten spacko missgeburt missgeburten mongo
    behindert behinderter krüppel idiot idioten idiotin idiotisch vollidiot vollidioten trottel
    volltrottel depp deppen vollpfosten dummkopf dumm dumme dummer dümmer blöd blöde blöder
    blödmann bekloppt dämlich schwachkopf schwachsinn hirnlos hohlkopf schwachmat armleuchter
    penner assi asozial asoziale abschaum gesindel pack dreckspack dreckschwein drecksau
    dreckskerl drecksack drecksvolk schwein schweine sau säue schweinehund mistkerl miststück
    mistvieh hundesohn bastard bastarde ratte ratten ungeziefer parasit parasiten schmarotzer
    kacke kack kackbratze kotz kotzbrocken kotzen titten schwanz schwanzlutscher pimmel möse
    muschi hackfresse fresse fettsack fettsau lügner lügenpresse verräter volksverräter heuchler
    lackaffe affe affen luder zicke flittchen dirne opfer versager untermensch untermenschen
    vergasen töten abknallen umbringen verrecken verrecke krepieren aufhängen
    """,
    common="""
    die der und in zu den das nicht von sie ist des sich mit dem dass er es ein ich auf so eine
    auch als an nach wie im für man aber aus durch wenn nur war noch werden bei hat wir was wird
    sein einen welche sind oder zur um haben einer mir über ihm diese einem ihr uns da zum kann
    doch vor dieser mich ihn du hatte seine mehr am denn nun unter sehr selbst schon hier bis
    habe ihre dann ihnen seiner alle wieder meine zeit gegen vom ganz einzelnen wo muss ohne
    eines können sei ja wurde jetzt immer seinen wohl dieses ihren würde diesen sondern weil
    welcher nichts diesem alles waren will herr viel mein also soll worden lassen dies machen
    ihrer weiter leben recht etwas keine seinem ob dir allen großen jahre weise müssen welches
    wäre erst einmal mann hätte zwei dich allein herren während paragraph anders liebe kein
    damit gar hand herrn euch sollte konnte ersten deutschen zwischen wollen denen dessen sagen
    bin menschen gut darauf wurden weiß gewesen seite bald weit große solche hatten eben andern
    beiden macht sehen ganze anderen lange wer ihrem zwar gemacht dort kommen welt heute frau
    werde derselben ganzen deutsche lässt vielleicht meiner leute
    """,
    endings="n en e er s es in innen",
    aliases="""
    arschl=arschloch hrsn=hurensohn hurnsohn=hurensohn fck=fick fickn=ficken schlmpe=schlampe
    wxr=wichser schwuchtl=schwuchtel idi0t=idiot spasst=spast hvrensohn=hurensohn
    """,
    shortened="""
    z.b bzw ca dr prof usw etc evtl ggf inkl vgl st nr str abs art d.h u.a u.s.w i.d.r s.o s.u
    z.t mio mrd hr fr jan feb mär apr jun jul aug sep sept okt nov dez bspw sog geb gest max min
    tel
    """,
)
