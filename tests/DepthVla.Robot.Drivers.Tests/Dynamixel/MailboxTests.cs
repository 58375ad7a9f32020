using DepthVla.Robot.Drivers.Dynamixel;

namespace DepthVla.Robot.Drivers.Tests.Dynamixel;

public sealed class MailboxTests
{
    [Fact]
    public void Newest_BeforeAndAfterPut_IsTheNewest()
    {
        var mailbox = new Mailbox<int>(7);
        Assert.Equal((7, 0), (mailbox.Newest(out var number), number));
        for (var i = 1; i <= 20; i++)
        {
            mailbox.Put(i);
            Assert.Equal((i, i), (mailbox.Newest(out number), number));
        }
    }

    [Fact]
    public void Newest_WhileAnotherThreadPuts_IsNeverTornAndNeverGoesBack()
    {
        const int Puts = 300_000;
        var mailbox = new Mailbox<Wide>(new(0));
        var writer = new Thread(() => { for (var i = 1; i <= Puts; i++) mailbox.Put(new(i)); });
        writer.Start();
        for (var last = 0L; last < Puts;)
        {
            var value = mailbox.Newest(out var number);
            Assert.True(value.IsWhole && value.First == number && number >= last);
            last = number;
        }

        writer.Join();
    }

    private readonly record struct Wide(long First, long B, long C, long D, long E, long F, long G, long Last)
    {
        public Wide(long all) : this(all, all, all, all, all, all, all, all) { }

        public bool IsWhole => (B, C, D, E, F, G, Last) == (First, First, First, First, First, First, First);
    }
}
