"""Words that people disguise in Hindi, in Devanagari and in Latin letters."""

from __future__ import annotations

from moderation.text.disguise.speller import Wordbook

BOOK = Wordbook(
    insults="""
    चूतिया चूतिये चुतिया चूत भोसड़ी भोसड़ीके भोसडीके भोसड़ा मादरचोद मादरचोदों बहनचोद भेनचोद
    बेहेनचोद लंड लौड़ा लौड़े लवड़ा गांड गांडू गाँड गाँडू गांड़ झाट झांट रंडी रंडीबाज रांड छिनाल
    वेश्या कुतिया कुत्ता कुत्ते कुत्तों कमीना कमीने कमीनी हरामी हरामज़ादा हरामजादा हरामजादे
    हरामखोर साला साले साली सूअर सुअर गधा गधे उल्लू चमार भंगी कटुआ कटुवा मुल्ला मुल्ले जिहादी
    हिजड़ा हिजड़े छक्का छक्के चोद चोदू चोदना बेवकूफ बेवकूफ़ मूर्ख गंवार जाहिल पागल नालायक
    निकम्मा नीच घटिया कायर गद्दार देशद्रोही दलाल भड़वा भड़वे भड़ुआ टट्टी मूत हगना कीड़ा कीड़े
    जानवर बंदर नाली chutiya chutiye chutiyo chutia choot chut bhosdi bhosdike bhosadike bhosda
    madarchod madarchodo maderchod behenchod bhenchod behanchod bahenchod benchod lund lauda
    laude lavda gaand gaandu gandu gand jhaat jhant randi randwe raand chinal kutiya kutta kutte
    kutton kamina kamine kamini harami haramzada haramzade haramkhor saala sala saale sale suar
    gadha gadhe ullu bhadwa bhadwe bhadva katua katwa mulla mulle jihadi hijra hijda hijde
    chakka chakke chod chodu chodna bewakoof bevkuf murkh gavar jahil pagal nalayak nikamma
    neech ghatiya gaddar deshdrohi dalal tatti moot
    """,
    common="""
    है हैं था थे थी और का की के को से में पर यह वह ये वे मैं हम तुम आप उस इस जो तो भी नहीं न हाँ
    क्या कौन कब कहाँ क्यों कैसे बहुत अच्छा बुरा एक दो सब कुछ कोई अपना अपने मेरा तेरा हमारा लोग
    देश सरकार काम बात दिन साल समय घर पानी जीवन भाई बहन hai hain tha the thi aur ka ki ke ko se
    mein me par yeh ye woh wo main hum tum aap us is jo to toh bhi nahi nahin na haan kya kaun
    kab kahan kyun kyu kaise bahut accha acha bura ek do sab kuch koi apna apne mera tera hamara
    log desh sarkar kaam baat din saal samay ghar pani bhai behen salad
    """,
    endings="",
    aliases="""
    mc=madarchod bc=behenchod bsdk=bhosdike bkl=bhosdike mkc=madarchod chutya=chutiya
    chutyia=chutiya chtiya=chutiya ch00tiya=chutiya bhnchod=bhenchod mdrchd=madarchod rndi=randi
    """,
    shortened="dr mr mrs shri smt डॉ श्री प्रो कि मी सं",
)
