using Mesh.Identity.Certificates;
using Mesh.Identity.Spiffe;

namespace Mesh.Identity.Tests.Certificates;

public sealed class LeafVersionTests
{
    private const string Issuer = "0123456789abcdef";

    private static readonly DateTimeOffset _issued = new(2026, 11, 23, 10, 0, 0, 500, TimeSpan.Zero);
    private static readonly TimeSpan _validity = TimeSpan.FromHours(10);
    private static readonly SpiffeId _subject = SpiffeId.TryParse("spiffe://td/web", out var id, out _) ? id : throw new InvalidOperationException();
    private static readonly SpiffeId _other = SpiffeId.TryParse("spiffe://td/db", out var id, out _) ? id : throw new InvalidOperationException();

    private static LeafVersion Version => LeafVersion.Of(Issuer, _subject, _issued, _issued + _validity);

    [Fact]
    public void Parse_WhatWasWritten_IsTheSame()
    {
        Assert.True(LeafVersion.TryParse(Version.ToString(), out var read));
        Assert.Equal(Version, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("d70da0df9a9a268df03978251a73abaf")]
    [InlineData("leaf1-0123456789abcdef-0123456789abcdef-1")]
    [InlineData("leaf1-0123456789abcdef-0123456789abcdef-2-1")]
    [InlineData("leaf1-0123456789abcdef-0123456789abcdef-x-y")]
    [InlineData("leaf1-0123456789abcdef-0123456789abcdef-1-99999999999999999")]
    [InlineData("leaf9-0123456789abcdef-0123456789abcdef-1-2")]
    public void Parse_AnythingElse_IsNone(string? text) => Assert.False(LeafVersion.TryParse(text, out _));

    [Theory]
    [InlineData(0, true)]
    [InlineData(7.99, true)]
    [InlineData(8, false)]
    [InlineData(11, false)]
    [InlineData(-1, false)]
    public void IsGood_ByAge_UntilEightyPercent(double hours, bool expected) =>
        Assert.Equal(expected, Version.IsGood(Issuer, _subject, _validity, _issued.AddHours(hours)));

    [Fact]
    public void IsGood_OtherIssuerSubjectOrShorterValidity_IsNot()
    {
        Assert.False(Version.IsGood("fedcba9876543210", _subject, _validity, _issued));
        Assert.False(Version.IsGood(Issuer, _other, _validity, _issued));
        Assert.False(Version.IsGood(Issuer, _subject, _validity / 2, _issued));
    }
}
