"""Words that people disguise in French."""

from __future__ import annotations

from moderation.text.disguise.speller import Wordbook

BOOK = Wordbook(
    insults="""
    con connard connards connasse connasses conne conneries connerie pute putes putain putains
    salope salopes salopard salopards salaud salauds enculé enculés enculée enculer enculeur
    fils-de-pute merde merdes merdeux merdique emmerde emmerder emmerdeur bâtard bâtards batarde
    pédé pédés pédale tapette tapettes tarlouze fiotte gouine nègre nègres négresse bougnoule
    bougnoules bicot raton youpin youpins feuj chinetok niakoué gitan romanichel sale sales
    racaille racailles bite bites couille couilles couillon couillons chatte cul culs trouduc
    branleur branleurs branler branlette niquer nique niqué niquez foutre foutu chier chiant
    chiasse chiotte ordure ordures pourriture raclure raclures crevure crevures vermine parasite
    parasites porc porcs cochon truie chien chienne chiennes cafard rat rats singe singes guenon
    macaque idiot idiote idiots débile débiles imbécile imbéciles crétin crétins crétine abruti
    abrutis abrutie demeuré attardé mongol mongolien taré tarée tarés stupide bête bouffon
    bouffons clown clowns guignol minable minables nul nulle lâche lâches traître traîtres
    collabo collabos facho fachos fasciste nazi nazis gaucho gauchiasse grosse gros boudin
    pouffiasse poufiasse pétasse pétasses garce garces traînée catin morue crasse crasseux
    dégage dégueulasse ferme gueule tg ntm fdp crever crève tuer tue pendre égorger buter
    """,
    common="""
    le la les un une des de du à au aux et ou où mais donc or ni car que qui quoi dont ce cet
    cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs je tu il elle on
    nous vous ils elles me te se lui y en ne pas plus moins très trop bien mal peu beaucoup tout
    tous toute toutes rien jamais toujours souvent ici là dans sur sous avec sans pour par entre
    vers chez contre depuis avant après pendant être est sont était suis es sommes êtes été
    avoir ai as a avons avez ont eu faire fait font dire dit aller va vont voir vu pouvoir peut
    peuvent vouloir veut devoir doit falloir faut savoir sait venir vient prendre pris mettre
    mis parler parle donner donne passer passe temps an ans jour jours homme hommes femme femmes
    vie monde pays ville gens chose choses fois main eau aussi alors comme si quand parce même
    autre autres encore déjà oui non merci bonjour grand petit bon bonne beau belle vrai faux
    nouveau premier dernier conte compte court cour cours coule
    """,
    endings="s e es x",
    aliases="""
    cnnrd=connard conar=connard conard=connard konar=connard connar=connard encule=enculé
    pd=pédé slp=salope sallope=salope put1=putain ptn=putain mrd=merde merd=merde batar=bâtard
    """,
    shortened="""
    m mme mlle mm dr pr st ste etc cf p.ex c.-à-d env av apr j.-c art chap éd fig no nos p pp
    vol tél janv févr avr juil sept oct nov déc n°
    """,
)
