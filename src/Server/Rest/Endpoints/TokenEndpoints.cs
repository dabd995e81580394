using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Identity.Secrets;
using Mesh.Identity.Tokens;
using Mesh.Model.Json;
using Mesh.Model.Validation;
using Mesh.Model.Values;
using Mesh.Server.Rest.Errors;
using Mesh.Server.Rest.Routing;

namespace Mesh.Server.Rest.Endpoints;

/// <summary><c>/tokens/dataplane</c>, <c>/tokens/user</c> and <c>/tokens/zone</c>: issue tokens as plain text.</summary>
internal sealed class TokenEndpoints(RestServices services, TokenKeys keys)
{
    private const string InvalidTitle = "Invalid request";
    private const string IssueTitle = "Could not issue a token";

    /// <summary>Clients from before there was a choice send none.</summary>
    private static readonly TimeSpan _unsaidValidity = TimeSpan.FromDays(3650);

    private readonly TokenIssuer _issuer = new(services.Clock);

    public void Map(RestRouter router)
    {
        if (services.Settings.DpServer.Authn.DpProxy.DpToken.EnableIssuer)
        {
            router.Map("POST", Route("/tokens/dataplane", DataplaneAsync));
        }

        if (services.Settings.Multizone.Global.Kds.Auth.CpToken.EnableIssuer)
        {
            router.Map("POST", Route("/tokens/zone", ZoneAsync));
        }

        if (services.Settings.ApiServer.Authn.Tokens.EnableIssuer)
        {
            router.Map("POST", Route("/tokens/user", UserAsync));
        }
    }

    private static RestRoute Route(string path, RestHandler handler) => new(path, handler) { Consumes = MediaTypes.JsonOnly, Produces = null };

    private async ValueTask DataplaneAsync(RestRequest request)
    {
        DemandWritable();
        services.Access.DemandDataplaneToken(request.Caller);
        var body = await TokenRequest.ReadAsync(request);
        var mesh = body.Mandatory("mesh");
        var validFor = body.Duration("validFor", _unsaidValidity);
        body.ThrowIfInvalid();
        var claims = new DataplaneToken { Name = body.Text("name"), Mesh = mesh, Tags = body.Tags(), Type = body.Text("type"), Workload = body.Text("workload") };
        await IssueAsync(request, await keys.ForDataplanesAsync(mesh, request.Aborted), key => _issuer.Issue(key, claims, validFor));
    }

    private async ValueTask UserAsync(RestRequest request)
    {
        DemandWritable();
        services.Access.DemandUserToken(request.Caller);
        var body = await TokenRequest.ReadAsync(request);
        var name = body.Mandatory("name");
        var validFor = body.Duration("validFor");
        body.ThrowIfInvalid();
        await IssueAsync(request, await keys.ForUsersAsync(request.Aborted), key => _issuer.Issue(key, new UserToken(name, body.Texts("groups")), validFor));
    }

    private async ValueTask ZoneAsync(RestRequest request)
    {
        DemandWritable();
        services.Access.DemandZoneToken(request.Caller);
        var body = await TokenRequest.ReadAsync(request);
        var zone = body.Mandatory("zone");
        var validFor = body.Duration("validFor");
        var scope = body.Texts("scope");
        foreach (var unknown in scope.Where(s => !ZoneTokenScopes.All.Contains(s)))
        {
            body.Refuse("scope", $"unknown scope \"{unknown}\", known are {string.Join(", ", ZoneTokenScopes.All)}");
        }

        body.ThrowIfInvalid();
        await IssueAsync(request, await keys.ForZonesAsync(request.Aborted), key => _issuer.Issue(key, new ZoneToken(zone, scope), validFor));
    }

    /// <summary>A control plane that takes no writes gives out no tokens either.</summary>
    private void DemandWritable()
    {
        if (services.Settings.ApiServer.ReadOnly)
        {
            throw services.Scope.Refusal();
        }
    }

    private static async ValueTask IssueAsync(RestRequest request, SigningKeySet keys, Func<SigningKey, string> issue)
    {
        if (keys.Issuing is not { } key)
        {
            throw new RestException(404, "Signing Key not found", "there is no key that could sign the token");
        }

        string token;
        try
        {
            token = issue(key);
        }
        catch (TokenException e)
        {
            throw new RestException(400, IssueTitle, e.Message);
        }

        await request.RespondTextAsync(200, token);
    }

    /// <summary>The body of a request for a token; collects everything that is wrong with it.</summary>
    private sealed class TokenRequest(JsonObject fields)
    {
        private readonly ViolationList _violations = new();

        public static async ValueTask<TokenRequest> ReadAsync(RestRequest request)
        {
            var body = await request.ReadBodyAsync();
            try
            {
                return StrictJson.Parse(body.Span) is JsonObject fields ? new TokenRequest(fields) : throw RestException.BadRequest("the body must be an object");
            }
            catch (JsonException e)
            {
                throw RestException.BadRequest(e.Message);
            }
        }

        public string Text(string field)
        {
            switch (fields[field])
            {
                case null:
                    return "";
                case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                    return value.GetValue<string>();
                default:
                    _violations.Add(field, "must be a string");
                    return "";
            }
        }

        public string Mandatory(string field)
        {
            var text = Text(field);
            if (text.Length == 0)
            {
                _violations.Add(field, "cannot be empty");
            }

            return text;
        }

        public TimeSpan Duration(string field, TimeSpan? otherwise = null)
        {
            var text = otherwise is null ? Mandatory(field) : Text(field);
            if (text.Length == 0)
            {
                return otherwise ?? default;
            }

            if (!GoDuration.TryParse(text, out var duration))
            {
                _violations.Add(field, $"is invalid: time: invalid duration \"{text}\"");
            }
            else if (duration <= GoDuration.Zero)
            {
                _violations.Add(field, "must be longer than 0s");
            }

            return duration.ToTimeSpan();
        }

        public IReadOnlyList<string> Texts(string field) =>
            [.. (fields[field] as JsonArray ?? []).Select(item => item?.ToString() ?? "")];

        public Dictionary<string, IReadOnlyList<string>> Tags() =>
            (fields["tags"] as JsonObject ?? []).ToDictionary(
                tag => tag.Key,
                tag => (IReadOnlyList<string>)[.. (tag.Value as JsonArray ?? []).Select(value => value?.ToString() ?? "")]);

        public void Refuse(string field, string reason) => _violations.Add(field, reason);

        public void ThrowIfInvalid()
        {
            if (!_violations.IsEmpty)
            {
                throw RestException.Invalid(InvalidTitle, _violations);
            }
        }
    }
}
