using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mesh.Identity.Tokens;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace Mesh.Identity.Tests.Tokens;

public sealed class TokenTests : IDisposable
{
    private static readonly DateTimeOffset _now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(_now);
    private readonly SigningKey _key = SigningKey.Generate(1);

    private SigningKeySet Keys => new([_key], new HashSet<string>());

    private TokenIssuer Issuer => new(_clock);

    private TokenValidator Validator => new(_clock);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Issue_DataplaneToken_HasHeaderAndClaimsOfTheContract()
    {
        var token = Issuer.Issue(_key, new DataplaneToken { Mesh = "default", Workload = "w" }, TimeSpan.FromHours(1));

        var parts = token.Split('.');
        Assert.Equal("""{"alg":"RS256","kid":"1","typ":"JWT"}""", Base64UrlEncoder.Decode(parts[0]));
        var id = JsonDocument.Parse(Base64UrlEncoder.Decode(parts[1])).RootElement.GetProperty("jti").GetString();
        var from = _now.ToUnixTimeSeconds() - 5;
        var until = _now.ToUnixTimeSeconds() + 3600;
        Assert.Equal(
            $$"""{"Name":"","Mesh":"default","Tags":{},"Type":"","Workload":"w","exp":{{until}},"nbf":{{from}},"iat":{{from}},"jti":"{{id}}"}""",
            Base64UrlEncoder.Decode(parts[1]));
        Assert.True(Guid.TryParse(id, out _));
    }

    [Fact]
    public async Task Validate_DataplaneToken_GivesBackWhatWasIssued()
    {
        var claims = new DataplaneToken
        {
            Name = "web-1",
            Mesh = "default",
            Type = "dataplane",
            Workload = "web",
            Tags = new Dictionary<string, IReadOnlyList<string>> { ["kuma.io/service"] = ["web", "web-api"] },
        };
        var token = Issuer.Issue(_key, claims, TimeSpan.FromHours(1));

        var read = await Validator.ValidateDataplaneAsync(token, Keys);

        Assert.Equal((claims.Name, claims.Mesh, claims.Type, claims.Workload), (read.Name, read.Mesh, read.Type, read.Workload));
        Assert.Equal(["web", "web-api"], read.Tags["kuma.io/service"]);
        Assert.Equal(_now.AddHours(1), read.Expires);
        Assert.Equal("default", TokenValidator.PeekMesh(token));
        Assert.Contains("\"Tags\":{\"kuma.io/service\":{\"web\":true,\"web-api\":true}}", Base64UrlEncoder.Decode(token.Split('.')[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_UserAndZoneToken_GiveBackWhatWasIssued()
    {
        var user = await Validator.ValidateUserAsync(Issuer.Issue(_key, new UserToken("john", ["a", "b"]), TimeSpan.FromHours(1)), Keys);
        var zone = await Validator.ValidateZoneAsync(Issuer.Issue(_key, new ZoneToken("east", ["cp"]), TimeSpan.FromHours(1)), Keys);
        var unscoped = await Validator.ValidateZoneAsync(Issuer.Issue(_key, new ZoneToken("east", []), TimeSpan.FromHours(1)), Keys);

        Assert.Equal("john", user.Name);
        Assert.Equal(["a", "b"], user.Groups);
        Assert.Equal("east", zone.Zone);
        Assert.Equal(["cp"], zone.Scope);
        Assert.Equal(ZoneTokenScopes.All, unscoped.Scope);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3600)]
    [InlineData(36_500L * 86_400 + 1)]
    public void Issue_ValidityOutOfBounds_IsRefused(long seconds) =>
        Assert.Throws<TokenException>(() => Issuer.Issue(_key, new UserToken("u", []), TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Issue_UnknownZoneScope_IsRefused()
    {
        var refusal = Assert.Throws<TokenException>(() => Issuer.Issue(_key, new ZoneToken("z", ["cp", "nope"]), TimeSpan.FromHours(1)));
        Assert.Equal("unknown scope \"nope\"; known are cp, ingress, egress", refusal.Message);
    }

    [Fact]
    public void Issue_PublicKeyOrNoName_IsRefused()
    {
        using var publicKey = SigningKey.FromPem("1", _key.ExportPublicPem());
        Assert.Throws<TokenException>(() => Issuer.Issue(publicKey, new UserToken("u", []), TimeSpan.FromHours(1)));
        Assert.Throws<TokenException>(() => Issuer.Issue(_key, new UserToken("", []), TimeSpan.FromHours(1)));
        Assert.Throws<TokenException>(() => Issuer.Issue(_key, new ZoneToken("", []), TimeSpan.FromHours(1)));
        Assert.Throws<TokenException>(() => Issuer.Issue(_key, new DataplaneToken { Mesh = "" }, TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task Validate_ByPublicKeyAlone_IsAccepted()
    {
        var token = Issuer.Issue(_key, new ZoneToken("east", []), TimeSpan.FromHours(1));
        using var publicKey = SigningKey.FromPem("1", _key.ExportPublicPem());

        Assert.Equal("east", (await Validator.ValidateZoneAsync(token, new SigningKeySet([publicKey], new HashSet<string>()))).Zone);
    }

    [Fact]
    public async Task Validate_Expired_IsRefused()
    {
        var token = Issuer.Issue(_key, new DataplaneToken { Mesh = "m" }, TimeSpan.FromHours(1));
        _clock.Advance(TimeSpan.FromHours(1));

        await RefusedAsync(token, "could not parse token: token has invalid claims: token is expired");
    }

    [Fact]
    public async Task Validate_BeforeItsTime_IsRefused()
    {
        var token = Issuer.Issue(_key, new DataplaneToken { Mesh = "m" }, TimeSpan.FromHours(1));
        var earlier = new TokenValidator(new FakeTimeProvider(_now.AddSeconds(-6)));

        var refusal = await Assert.ThrowsAsync<TokenException>(() => earlier.ValidateDataplaneAsync(token, Keys));
        Assert.Equal("could not parse token: token has invalid claims: token is not valid yet", refusal.Message);
    }

    [Fact]
    public async Task Validate_SignedByAnotherKeyOfTheSameId_IsRefused()
    {
        using var other = SigningKey.Generate(1);
        var token = Issuer.Issue(other, new DataplaneToken { Mesh = "m" }, TimeSpan.FromHours(1));

        await RefusedAsync(token, "could not parse token: token signature is invalid: crypto/rsa: verification error");
    }

    [Fact]
    public async Task Validate_ClaimsChanged_IsRefused()
    {
        var parts = Issuer.Issue(_key, new DataplaneToken { Mesh = "m", Name = "a" }, TimeSpan.FromHours(1)).Split('.');
        var forged = Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("\"a\"", "\"b\"", StringComparison.Ordinal));

        await RefusedAsync($"{parts[0]}.{forged}.{parts[2]}", "could not parse token: token signature is invalid: crypto/rsa: verification error");
    }

    [Fact]
    public async Task Validate_UnknownKey_IsRefused()
    {
        using var other = SigningKey.Generate(2);
        var token = Issuer.Issue(other, new DataplaneToken { Mesh = "m" }, TimeSpan.FromHours(1));

        await RefusedAsync(token, "could not parse token: token is unverifiable: there is no signing key with KID 2. If the signing key was rotated, regenerate the token");
    }

    [Fact]
    public async Task Validate_Revoked_IsRefused()
    {
        var token = Issuer.Issue(_key, new DataplaneToken { Mesh = "m" }, TimeSpan.FromHours(1));
        var id = (await Validator.ValidateDataplaneAsync(token, Keys)).Id;

        var refusal = await Assert.ThrowsAsync<TokenException>(
            () => Validator.ValidateDataplaneAsync(token, Keys with { RevokedIds = SigningKeySet.ParseRevocations($"x, {id} ,y\n") }));
        Assert.Equal("token is revoked", refusal.Message);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("HS256")]
    [InlineData("RS512")]
    public async Task Validate_OtherAlgorithm_IsRefused(string algorithm)
    {
        var header = Base64UrlEncoder.Encode($$"""{"alg":"{{algorithm}}","kid":"1","typ":"JWT"}""");
        var payload = Base64UrlEncoder.Encode($$"""{"Mesh":"m","exp":{{_now.AddHours(1).ToUnixTimeSeconds()}}}""");

        // Signed with the public key as an HMAC secret: the classic confusion of algorithms.
        var signature = Base64UrlEncoder.Encode(HMACSHA256.HashData(Encoding.ASCII.GetBytes(_key.ExportPublicPem()), Encoding.ASCII.GetBytes($"{header}.{payload}")));

        await RefusedAsync($"{header}.{payload}.{signature}", $"could not parse token: token signature is invalid: signing method {algorithm} is invalid");
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("a.b.c")]
    [InlineData("..")]
    [InlineData("eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.bm90IGpzb24.AAAA")]
    [InlineData("eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.W10.AAAA")]
    public async Task Validate_NotAToken_IsRefused(string token)
    {
        var refusal = await Assert.ThrowsAsync<TokenException>(() => Validator.ValidateDataplaneAsync(token, Keys));
        Assert.StartsWith("could not parse token: token ", refusal.Message, StringComparison.Ordinal);
        Assert.Null(TokenValidator.PeekMesh(token));
    }

    [Fact]
    public async Task Validate_HugeToken_IsRefused() =>
        await RefusedAsync(new string('a', TokenValidator.MaxLength + 1), "could not parse token: token is malformed: token contains an invalid number of segments");

    [Fact]
    public async Task Validate_NoExpiry_IsRefused()
    {
        var token = SignRaw("""{"Mesh":"m"}""");
        await Assert.ThrowsAsync<TokenException>(() => Validator.ValidateDataplaneAsync(token, Keys));
    }

    [Fact]
    public async Task Validate_ClaimsOfOtherTypes_IsRefusedOrEmpty()
    {
        var until = _now.AddHours(1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        await Assert.ThrowsAsync<TokenException>(
            () => Validator.ValidateDataplaneAsync(SignRaw($$"""{"Mesh":"m","Tags":{"a":3},"exp":{{until}}}"""), Keys));
        await Assert.ThrowsAsync<TokenException>(
            () => Validator.ValidateUserAsync(SignRaw($$"""{"Name":"m","Groups":[3],"exp":{{until}}}"""), Keys));
        Assert.Empty((await Validator.ValidateUserAsync(SignRaw($$"""{"Name":"m","Groups":null,"exp":{{until}}}"""), Keys)).Groups);
    }

    [Fact]
    public void Issuing_SeveralKeys_IsTheHighestSerialThatCanSign()
    {
        using var two = SigningKey.Generate(2);
        using var ten = SigningKey.Generate(10);
        using var eleven = SigningKey.FromPem("11", ten.ExportPublicPem());

        Assert.Equal("10", new SigningKeySet([two, ten, eleven, _key], new HashSet<string>()).Issuing!.Id);
        Assert.Null(SigningKeySet.Empty.Issuing);
    }

    [Fact]
    public void FromPem_PrivateKeyInBothForms_CanSign()
    {
        using var rsa = RSA.Create(2048);
        using var pkcs1 = SigningKey.FromPem("3", rsa.ExportRSAPrivateKeyPem());
        using var pkcs8 = SigningKey.FromPem("3", rsa.ExportPkcs8PrivateKeyPem());

        Assert.True(pkcs1.CanSign && pkcs8.CanSign);
        Assert.StartsWith("-----BEGIN RSA PRIVATE KEY-----\n", pkcs8.ExportPrivatePem(), StringComparison.Ordinal);
        Assert.Throws<TokenException>(() => SigningKey.FromPem("3", "secret"));
    }

    private string SignRaw(string payload)
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(_key.ExportPrivatePem());
        var signed = $"{Base64UrlEncoder.Encode("""{"alg":"RS256","kid":"1","typ":"JWT"}""")}.{Base64UrlEncoder.Encode(payload)}";
        return $"{signed}.{Base64UrlEncoder.Encode(rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private async Task RefusedAsync(string token, string message)
    {
        var refusal = await Assert.ThrowsAsync<TokenException>(() => Validator.ValidateDataplaneAsync(token, Keys));
        Assert.Equal(message, refusal.Message);
    }
}
