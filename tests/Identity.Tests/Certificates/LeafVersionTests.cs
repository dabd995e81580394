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

    private static LeafVersion Version => Of();

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
    [InlineData("leaf1-0123456789abcdef-0123456789abcdef-1-2")]
    [InlineData("leaf1-0123456789abcdef-0123456789abcdef-1-2-3")]
    [InlineData("leaf1-0123456789abcdef-0123456789abcdef-2-1-0123456789abcdef")]
    [InlineData("leaf1-0123456789abcdef-0123456789abcdef-x-y-0123456789abcdef")]
    [InlineData("leaf1-0123456789abcdef-0123456789abcdef-1-99999999999999999-0123456789abcdef")]
    [InlineData("leaf9-0123456789abcdef-0123456789abcdef-1-2-0123456789abcdef")]
    public void Parse_AnythingElse_IsNone(string? text) => Assert.False(LeafVersion.TryParse(text, out _));

    [Theory]
    [InlineData(0, true)]
    [InlineData(7.99, true)]
    [InlineData(8, false)]
    [InlineData(11, false)]
    [InlineData(-1, false)]
    public void ServesAs_Itself_UntilEightyPercent(double hours, bool expected) =>
        Assert.Equal(expected, Version.ServesAs(Version, _issued.AddHours(hours)));

    /// <summary>What replaces it comes eight hours after the current one began, and then it has to have an hour left of its ten.</summary>
    [Theory]
    [InlineData(0.99, true)]
    [InlineData(1.01, false)]
    [InlineData(-4, true)]
    public void ServesAs_OneThatBeganLater_OnlyWhereItLastsUntilThatIsReplaced(double hours, bool expected) =>
        Assert.Equal(expected, Version.ServesAs(Of(issued: _issued.AddHours(hours)), _issued.AddMinutes(1)));

    [Fact]
    public void ServesAs_OtherIssuerSubjectHolderOrShorterValidity_DoesNot()
    {
        Assert.False(Version.ServesAs(Of(issuer: "fedcba9876543210"), _issued));
        Assert.False(Version.ServesAs(Of(subject: _other), _issued));
        Assert.False(Version.ServesAs(Of(holder: "default.web-2"), _issued));
        Assert.False(Version.ServesAs(Of(validity: _validity / 2), _issued));
    }

    private static LeafVersion Of(
        string issuer = Issuer, SpiffeId? subject = null, DateTimeOffset? issued = null, TimeSpan? validity = null, string holder = "default.web-1") =>
        LeafVersion.Of(issuer, subject ?? _subject, issued ?? _issued, (issued ?? _issued) + (validity ?? _validity), holder);
}
