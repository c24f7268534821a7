"""Words that people disguise in Turkish."""

from __future__ import annotations

from moderation.text.disguise.speller import Wordbook

BOOK = Wordbook(
    insults="""
    orospu orospular orospuçocuğu oruspu piç piçler piçlik sik siktir siktirgit sikik sikim
    sikeyim sikerim sikiş sikişmek amk amına amcık amcıklar aminakoyim amınakoyayım amq aq
    yarrak yarak yarrağım göt götler götveren götlek gavat kavat pezevenk pezevenkler kahpe
    kahpeler kaltak kaltaklar sürtük fahişe fahişeler ibne ibneler top puşt puştlar dönme nonoş
    taşak taşşak bok boktan boklu sıçarım sıçtın sıçmak osuruk salak salaklar aptal aptallar
    gerizekalı mal mallar malsın dangalak embesil ahmak hödük öküz eşek eşekler eşşek it itler
    köpek köpekler domuz domuzlar hayvan hayvanlar ayı maymun sığır inek yavşak yavşaklar
    şerefsiz şerefsizler namussuz haysiyetsiz alçak alçaklar adi adiler kansız soysuz
    karaktersiz ahlaksız terbiyesiz rezil rezalet pislik pislikler çöp şeytan kafir kâfir gavur
    gâvur vatanhaini hain hainler terörist teröristler bölücü faşist faşistler yobaz yobazlar
    gerici cahil cahiller kudurmuş deli manyak manyaklar sapık sapıklar tecavüzcü hırsız
    hırsızlar yalancı yalancılar zibidi soytarı geber gebersin gebertirim öldür öldürürüm öl
    defol döverim kezban
    """,
    common="""
    ve bir bu da de için çok ne ile o ben sen biz siz onlar var yok gibi daha kadar ama mi mı mu
    mü ki her şey şu en ya olan oldu olarak değil diye sonra önce bana sana ona bize size onu
    beni seni iyi kötü güzel büyük küçük yeni eski gün yıl zaman insan insanlar adam kadın çocuk
    dünya ülke şehir ev iş su para hayat benim senin onun bizim sizin evet hayır tamam
    teşekkürler merhaba günaydın nasıl neden niye nerede kim hangi hep hiç bile artık şimdi
    bugün yarın dün burada orada içinde üzerinde altında yanında karşı göre doğru yanlış belki
    sadece yine tekrar bence sanırım lütfen sık sıkı sıkıntı sıkıldım dik dikkat dikiş mal
    malzeme topla toplum götür götürmek piknik am
    """,
    endings=None,
    aliases="""
    mk=amk mq=amk amq=amk aq=amk awk=amk oc=orospuçocuğu oç=orospuçocuğu orspu=orospu
    oruspu=orospu s.g=siktirgit sktr=siktir sg=siktirgit skm=sikim srfsz=şerefsiz
    serefsiz=şerefsiz pic=piç got=göt gotveren=götveren ibine=ibne yrrk=yarrak yarak=yarrak
    pzvnk=pezevenk kahbe=kahpe
    """,
    shortened="""
    dr prof doç av sn bkz vb vs örn yy sf s no mah cad sok apt tel alb gen müd st şti ltd a.ş
    m.ö m.s t.c oca şub mar nis may haz tem ağu eyl eki kas ara
    """,
)
