using Mesh.Server.Ads.Http2.Frames;
using Microsoft.Extensions.Time.Testing;

namespace Mesh.Server.Tests.Http2;

/// <summary>What sending earns, while time stands still and gives nothing back.</summary>
public sealed class FrameBudgetTests
{
    private const int Rounds = 100_000;
    private const int BothWindows = 2 * FrameBudget.OfOther;

    [Theory]
    // A small push: the client measures the round trip with it, and widens both windows.
    [InlineData(40, false, FrameBudget.OfPing + BothWindows)]
    [InlineData(300, false, FrameBudget.OfPing + BothWindows)]
    // A piece of a large response: two frames, and the client does so for each.
    [InlineData(31 * 1024, false, 2 * (FrameBudget.OfPing + BothWindows))]
    // Half of the smallest window that clients have, of which each half is given back.
    [InlineData(32 * 1024, true, (2 * FrameBudget.OfPing) + BothWindows)]
    // A window of two kibibytes is small, and no abuse.
    [InlineData(1024, true, BothWindows)]
    public void Spend_WhatAnHonestClientAnswers_IsEarnedForEver(int bytes, bool isCut, int answer)
    {
        var budget = new FrameBudget(new FakeTimeProvider());
        for (var i = 0; i < Rounds; i++)
        {
            budget.Sent(bytes, isCut);
            Assert.True(budget.TrySpend(answer), $"after {i} rounds");
        }
    }

    [Theory]
    [InlineData(1, FrameBudget.OfOther)]
    [InlineData(100, FrameBudget.OfOther)]
    [InlineData(511, FrameBudget.OfOther)]
    [InlineData(1024, FrameBudget.OfPing)]
    public void Spend_ForLittleThatAWindowLetsThrough_IsNotEarned(int bytes, int answer)
    {
        var budget = new FrameBudget(new FakeTimeProvider());
        var rounds = 0;
        while (budget.TrySpend(answer))
        {
            Assert.InRange(++rounds, 0, Rounds);
            budget.Sent(bytes, isCut: true);
        }
    }

    [Fact]
    public void Sent_MoreThanIsSpent_IsNotSavedUp()
    {
        var budget = new FrameBudget(new FakeTimeProvider());
        for (var i = 0; i < Rounds; i++)
        {
            budget.Sent(31 * 1024, isCut: false);
        }

        Assert.False(budget.TrySpend(FrameBudget.Most + 100));
    }
}
