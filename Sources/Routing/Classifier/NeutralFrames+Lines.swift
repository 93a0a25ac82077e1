extension NeutralFrames {
  static let chinese = NeutralFrames(
    openings: Lines(
      """
      您好，
      你好，
      您好！
      你好！
      你好呀
      客服您好，
      客服你好，
      客服小姐姐你好
      亲，
      亲爱的客服
      尊敬的客服：
      尊敬的客服人员，您好！
      贵司客服：
      敬启者：
      各位好，
      hi，
      hello，
      哈喽，
      嗨，
      早上好，
      早，
      上午好，
      下午好，
      晚上好，
      在吗？
      在吗，
      有人吗？
      人工客服在吗？
      喂，
      请问
      请问一下，
      请问下
      请教一下，
      麻烦问一下，
      麻烦你，
      麻烦帮忙看看，
      想问一下，
      想咨询一下，
      咨询一下，
      打扰一下，
      打扰了，
      不好意思，
      抱歉打扰，
      帮我看下，
      请帮我看一下，
      有个事想问，
      有个问题：
      我是老用户了，
      我用你们好几年了，
      一直很喜欢你们家，
      我姓王，
      我叫李娜，
      我是赵先生，
      情况是这样的：
      是这样，
      事情经过如下：
      第一次联系你们，
      昨天也写过一次，
      唔該，
      請問
      你哋好，
      """),
    thanks: Lines(
      """
      ，谢谢
      。谢谢！
      谢谢
      谢谢啦
      谢谢您
      谢谢你们
      多谢
      多谢多谢
      谢了
      ，感谢
      感激不尽
      感恩
      非常感谢！
      感谢您的帮助。
      感谢支持
      万分感谢
      先谢谢了
      ，麻烦了
      ，麻烦你们了
      麻烦您了，谢谢
      ，辛苦了
      你们辛苦了
      请帮忙处理，谢谢
      请帮忙看一下，谢谢
      帮帮忙
      请帮帮我
      请尽快处理
      麻烦尽快处理一下
      请尽快回复
      请尽快回复，谢谢！
      尽快给我个答复
      等您回复
      等你们的消息
      期待您的回复。
      盼复
      望回复
      收到请回
      ，急
      ，很急！
      急急急
      在线等
      请核实
      请查收
      请知悉
      请帮我查一下
      怎么办？
      怎么处理？
      该怎么办呢
      拜托了
      拜托拜托
      求解答
      求助
      不好意思啊
      给你们添麻烦了
      唔該晒
      多謝晒
      唔該幫幫手
      thanks
      thx
      """),
    signOffs: Lines(
      """
      此致 敬礼
      祝好
      祝商祺
      祝生活愉快
      祝工作顺利
      祝您愉快，再见
      祝一切顺利
      祝周末愉快
      祝好运
      祝身体健康
      敬祝 安康
      顺颂商祺
      您的客户
      一位老用户
      拜拜
      再见
      发自我的iphone
      发自我的手机
      发自我的华为手机
      从我的小米手机发送
      来自qq邮箱
      """),
    details: Lines(
      """
      ，订单号############
      订单号：################
      订单编号 ######
      ，单号##########
      流水号##################
      ，交易号 tx##########
      参考号 ##-####
      我的邮箱是li@mail.example
      邮箱：wang.wei@mail.example
      联系邮箱 chen@mail.example
      我的账号是zhao@mail.example
      我的账号是##########
      我的用户名是 liming##
      我的手机号是138########
      手机139########
      ，电话 138 #### ####
      请打我电话137########
      联系电话：136########
      卡号[card]
      ，银行卡[card]
      ，卡是[card]
      身份证[id]
      身份证号是[id]
      尾号####
      卡尾号 ####
      ，###元
      ，##块
      ，金额###元
      金额：####元
      金额 ###.##
      ，一共是#,###元
      ，也就是##.#块
      ，大概三百块
      ，两千多
      人民币 ####
      港币 ###
      $##
      是昨天的事
      ，昨天下午
      ，今天早上
      上周五
      前天晚上#点多
      11月##号
      2026年1月##日
      日期：2026-1-##
      时间 1#:##
      附件是截图
      截图见附件
      见图
      ios #
      微信号 abc####
      https://pay.example/help
      """),
    names: Lines(
      """
      张伟
      王芳
      李娜
      刘洋
      陈静
      杨
      赵先生
      周女士
      吴先生
      孙小姐
      黄太太
      徐 女士
      何先生 上
      林小姐
      用户 马超
      客户：郑爽
      老朱
      小胡
      阿玲
      陳大文
      """))

  static let english = NeutralFrames(
    openings: Lines(
      """
      hi,
      hi there,
      hi there!
      hello,
      hello!
      hello there.
      hey,
      hey there,
      hiya,
      dear team,
      dear all,
      dear sir or madam,
      dear sirs,
      dear support,
      dear customer service,
      dear support team,
      to whom it may concern,
      good morning,
      good afternoon,
      good evening,
      good day,
      morning,
      greetings,
      greetings from a sunny village,
      hi team,
      hi guys,
      folks,
      excuse me,
      sorry to ask,
      sorry to trouble you again.
      apologies for the bother,
      quick question:
      quick one:
      i have a question.
      just a question.
      can you help me?
      can you help?
      could you please help me with this?
      would you be so kind as to look at this?
      please help.
      i need help.
      i was wondering if somebody could have a look.
      i hope you are well.
      hope you're doing well.
      hope this finds you well.
      hope you had a great weekend.
      i am writing to you because of the following.
      here is what happened.
      it's about this:
      the situation is as follows.
      i have been a customer for years.
      i've been with you for three years and always liked it.
      love the app by the way.
      big fan of your service, really.
      this is my first time writing to you.
      i wrote yesterday too.
      my name is james carter.
      this is maria.
      maria here,
      i'm a long-time user,
      please,
      so
      ok so
      """),
    thanks: Lines(
      """
      thanks
      thanks.
      thanks!
      thank you.
      thank you!
      thank you
      thank you very much.
      thank you so much
      thank you all
      many thanks
      many thanks,
      thanks a lot
      thanks a million
      thanks a lot for your help
      thanks for your help.
      thanks for your great work
      thank you for your help.
      thanks in advance
      thank you in advance.
      thanks for looking into this
      thanks for your time.
      thanks for reading
      thank you for your patience and understanding.
      cheers
      cheers,
      please help
      please help me.
      please help me out here
      please advise.
      please let me know.
      let me know what you think
      please get back to me.
      please reply soon
      please respond asap
      what should i do?
      what can i do?
      what now?
      can somebody tell me?
      could you look into this please?
      would you mind checking?
      can you check please
      please check
      please look into it, thanks
      please do the needful
      that would be great.
      it would be great if you could help.
      would be lovely to hear back today
      a quick answer would be wonderful
      looking forward to your reply.
      i look forward to hearing from you.
      looking forward to hearing from you
      hope to hear from you soon
      any help is appreciated.
      any help would be greatly appreciated
      i'd be very grateful
      i would be grateful for an answer.
      i appreciate it.
      really appreciate what you do
      much appreciated
      sorry for the trouble
      sorry for the long message
      it is urgent.
      urgent!
      asap
      ty
      thx
      """),
    signOffs: Lines(
      """
      regards,
      best regards,
      kind regards,
      warm regards,
      kindest regards
      with kind regards
      best,
      best wishes,
      all the best,
      take care,
      yours,
      yours sincerely,
      sincerely,
      yours faithfully,
      respectfully,
      a loyal customer
      have a nice day
      have a great day!
      have a great week
      have a good one!
      have a lovely weekend
      enjoy your evening
      happy friday!
      bye
      bye for now
      speak soon
      xx
      sent from my iphone
      sent from my phone
      sent from my samsung galaxy
      sent from my ipad
      sent from outlook for ios
      get outlook for android
      sent with a mobile app, please excuse typos
      """),
    details: Lines(
      """
      order ############
      order number ################.
      the order number is ###########.
      order no. ######
      my order id is ##########
      ref ##################
      reference: ##########
      ref. ##-####
      transaction id tx##########
      ticket ####
      my e-mail is lee@mail.example
      my email is j.smith@mail.example.
      my email address is kim##@mail.example
      e-mail: tom@mail.example
      you can reach me at sarah@mail.example
      my account is under anna@mail.example
      my account is ##########
      my username is jsmith##
      my number is +44 7700 ######
      my phone number is +1 555 ### ####
      phone: 555-###-####
      tel. +49 30 #######
      you can call me on 07700 ######
      card [card]
      my card is [card].
      card number [card]
      card: [card]
      the card ending ####
      card ending in ####
      it was ##.## dollars.
      it was ### euros
      it's ### pounds
      the amount is ###.00 usd
      amount: #,###.00
      that is £##
      $###
      ## quid
      ##.##
      about 300 dollars in total
      it happened yesterday
      this was yesterday evening
      this morning
      last friday
      since tuesday
      on ## november
      on monday at 1#:##
      date: ##/11/2026
      2026-1#-##
      screenshot attached.
      see attached screenshot
      please see the attachment
      i'm in leeds
      customer since 20##
      https://pay.example/help
      """),
    names: Lines(
      """
      james carter
      anna
      tom
      maria lopez
      j. smith
      sarah
      priya patel
      david chen
      emma wilson
      oliver
      kate
      mr brown
      mrs taylor
      m. lee
      ahmed
      sofia rossi
      ben
      dr. k. weber
      grace o'neill
      """))
}
